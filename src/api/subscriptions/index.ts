import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerChangeSubscription } from "./patch.ts";
import { registerCreateSubscription } from "./create.ts";
import { registerDeadLetters } from "./dead-letters/index.ts";
import { registerDeleteSubscription } from "./delete.ts";
import { registerGetSubscription } from "./get.ts";
import { registerListSubscriptions } from "./list.ts";
import { registerRotateSubscriptionSecret } from "./rotate-secret.ts";
import { registerTestSubscription } from "./test.ts";

/** Who is told of changes of alerts. */
export function registerSubscriptions(app: OpenAPIHono<AppEnv>): void {
  registerCreateSubscription(app);
  registerListSubscriptions(app);
  registerGetSubscription(app);
  registerChangeSubscription(app);
  registerDeleteSubscription(app);
  registerRotateSubscriptionSecret(app);
  registerTestSubscription(app);
  registerDeadLetters(app);
}
