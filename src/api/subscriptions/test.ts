import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { targetOf, toConfig } from "../../objects/subscription/config.ts";
import { testBody } from "../../objects/subscription/message.ts";
import { callSubscription } from "../../objects/subscription/client.ts";
import { tryMessage } from "../../objects/subscription/try-message.ts";
import { auditEvent } from "../audit.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { loadSubscription } from "./update.ts";

const responseSchema = z
  .object({
    isDelivered: z.boolean(),
    statusCode: z.int().nullable().openapi({ description: "HTTP status of the endpoint; null: no answer" }),
    error: z.string().nullable().openapi({ description: "Null: delivered", example: "HTTP 503" }),
    messageId: z.uuid().openapi({ description: "The `webhook-id` of the message" }),
    attemptId: z.uuid().openapi({ description: "Id of the attempt in the log" }),
  })
  .openapi("SubscriptionTest");

const route = createRoute({
  method: "post",
  path: "/v1/subscriptions/{id}/test",
  operationId: "testSubscription",
  tags: ["subscriptions"],
  summary: "Test Subscription",
  description:
    "Sends one signed message of type `subscription.test`, without retries, and returns the result. Presets send their own form of it: " +
    "PagerDuty and Opsgenie get a resolution of an unknown alert, which checks the key and pages nobody.",
  ...requireScope("subscriptions:write"),
  request: { params: idParam },
  responses: {
    200: { description: "Result of the attempt", content: { "application/json": { schema: responseSchema } } },
    ...commonProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerTestSubscription(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const row = await loadSubscription(c, c.req.valid("param").id);
    const [messageId, now] = [newId(), Date.now()];
    const message = { id: messageId, alertId: null, body: testBody(now), attempt: 1 };
    const config = toConfig(row);
    const { result, attempt } = await tryMessage(c.env, config, message, now);
    // The result is known without the log.
    await callSubscription(c.env, row.id, (object) => object.recordAttempt(attempt, targetOf(config))).catch(
      () => undefined,
    );
    const { isDelivered, statusCode } = result;
    const event = auditEvent(c, {
      action: "subscription.test",
      targetType: "subscription",
      targetId: row.id,
      teamId: row.teamId,
      after: { statusCode, messageId },
    });
    await insertAuditEvent(connect(c.env), event);
    const error = result.isDelivered ? null : result.error;
    return c.json({ isDelivered, statusCode, error, messageId, attemptId: attempt.id }, 200);
  });
}
