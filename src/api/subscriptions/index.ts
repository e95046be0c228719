import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerAttempts } from "./attempts/index.ts";
import { registerCreateSubscription } from "./create.ts";
import { registerDeadLetters } from "./dead-letters/index.ts";
import { registerDeleteSubscription } from "./delete.ts";
import { registerDryRunSubscription } from "./dry-run.ts";
import { registerGetSubscription } from "./get.ts";
import { registerListSubscriptions } from "./list.ts";
import { registerUpdateSubscription } from "./patch.ts";
import { registerRotateSubscriptionSecret } from "./rotate-secret.ts";
import { registerTestSubscription } from "./test.ts";

/** Registers the routes of subscriptions: outbound webhooks for timeline entries. */
export function registerSubscriptions(app: OpenAPIHono<AppEnv>): void {
  registerCreateSubscription(app);
  registerListSubscriptions(app);
  registerGetSubscription(app);
  registerUpdateSubscription(app);
  registerDeleteSubscription(app);
  registerRotateSubscriptionSecret(app);
  registerTestSubscription(app);
  registerDryRunSubscription(app);
  registerAttempts(app);
  registerDeadLetters(app);
}
