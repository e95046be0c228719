/** Users of the console in a real browser: what they do, from the first sign-in to a subscription. */
import { describe } from "vitest";
import { describeAlerts } from "./walks/alerts.ts";
import { describeApiReference } from "./walks/api-reference.ts";
import { describeConnect } from "./walks/connect.ts";
import { describeDeliveries } from "./walks/deliveries.ts";
import { describeMapping } from "./walks/mapping.ts";
import { describeNewDeployment } from "./walks/new-deployment.ts";
import { describeRequests } from "./walks/requests.ts";
import { describeSilences } from "./walks/silences.ts";
import { describeSlowNetwork } from "./walks/slow-network.ts";
import { describeSubscription } from "./walks/subscription.ts";
import { describeUsers } from "./walks/users.ts";
import { startWalk } from "./walks/walk.ts";

const walk = startWalk();

describe("in the console", () => {
  describeNewDeployment(walk);
  describeApiReference(walk);
  describeAlerts(walk);
  describeConnect(walk);
  describeDeliveries(walk);
  describeMapping(walk);
  describeSilences(walk);
  describeSlowNetwork(walk);
  describeUsers(walk);
  describeRequests(walk);
  // Restarts the service.
  describeSubscription(walk);
});
