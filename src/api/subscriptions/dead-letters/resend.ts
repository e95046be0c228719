import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { insertAuditEvent } from "../../../db/audit-events.ts";
import { connect } from "../../../db/client.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { callSubscription } from "../../../objects/subscription/client.ts";
import { auditEvent } from "../../audit.ts";
import { requireScope } from "../../require-scope.ts";
import { idParam } from "../../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../../problems.ts";
import { subscriptionOf } from "../change.ts";

const wish = z
  .strictObject({
    messageId: z.uuid().optional().openapi({ description: "This one alone; by default all of them" }),
  })
  .openapi("DeadLetterResend", { example: {} });

const route = createRoute({
  method: "post",
  path: "/v1/subscriptions/{id}/dead-letters/resend",
  operationId: "resendDeadLetters",
  tags: ["subscriptions"],
  summary: "Send messages once more that were given up",
  description:
    "They go behind what waits already, under the `webhook-id` that they had, and are tried for another 24 hours. What happened to " +
    "their alerts since may have been told before: `data.version` says what is newer.",
  ...requireScope("subscriptions:write"),
  request: { params: idParam, body: { content: { "application/json": { schema: wish } } } },
  responses: {
    200: {
      description: "How many are on their way; 10,000 may wait at a time",
      content: { "application/json": { schema: z.object({ resent: z.int() }) } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerResendDeadLetters(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { messageId = null } = c.req.valid("json") ?? {};
    const { id, teamId } = await subscriptionOf(c, c.req.valid("param").id);
    const act = { action: "subscription.replay", targetType: "subscription", targetId: id, teamId } as const;
    await insertAuditEvent(connect(c.env), auditEvent(c, { ...act, after: { messageId } }));
    return c.json({ resent: await callSubscription(c.env, id, (object) => object.resendDeadLetters(messageId)) }, 200);
  });
}
