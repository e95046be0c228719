/** Users of the console in a real browser, against one service that all walks share. Each walk creates its own data. */
import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { startService } from "../support/service.ts";
import { describeAlerts } from "./walks/alerts.ts";
import { describeApiReference } from "./walks/api-reference.ts";
import { describeDeliveries } from "./walks/deliveries.ts";
import { describeMapping } from "./walks/mapping.ts";
import { describeNewDeployment } from "./walks/new-deployment.ts";
import { describeRequests } from "./walks/requests.ts";
import { describeSilences } from "./walks/silences.ts";
import { describeSubscription } from "./walks/subscription.ts";
import { describeUsers } from "./walks/users.ts";
import type { Walk } from "./walks/walk.ts";

const walk = {} as Walk;

beforeAll(async () => {
  [walk.service, walk.browser] = await Promise.all([startService(), startBrowser()]);
});
afterEach(async () => {
  for (const context of walk.browser.contexts()) await context.close();
});
afterAll(async () => {
  await walk.browser.close();
  await walk.service.stop();
  rmSync(walk.service.stateDirectory, { recursive: true });
});

describe("in the console", () => {
  describeNewDeployment(walk);
  describeApiReference(walk);
  describeAlerts(walk);
  describeDeliveries(walk);
  describeMapping(walk);
  describeSilences(walk);
  describeUsers(walk);
  describeRequests(walk);
  // Restarts the service.
  describeSubscription(walk);
});
