import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { toConfig } from "../../objects/subscription/config.ts";
import { testBody } from "../../objects/subscription/message.ts";
import { attempt } from "../../objects/subscription/http.ts";
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
  })
  .openapi("SubscriptionTest");

const route = createRoute({
  method: "post",
  path: "/v1/subscriptions/{id}/test",
  operationId: "testSubscription",
  tags: ["subscriptions"],
  summary: "Test Subscription",
  description: "Sends one signed message of type `subscription.test`, without retries, and returns the result.",
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
    const result = await attempt(c.env, toConfig(row), { id: messageId, body: testBody(now) }, now);
    const { isDelivered, statusCode } = result;
    const event = auditEvent(c, {
      action: "subscription.test",
      targetType: "subscription",
      targetId: row.id,
      teamId: row.teamId,
      after: { statusCode, messageId },
    });
    await insertAuditEvent(connect(c.env), event);
    return c.json({ isDelivered, statusCode, error: result.isDelivered ? null : result.error, messageId }, 200);
  });
}
