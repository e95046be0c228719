import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { insertAuditEvent } from "../../../db/audit-events.ts";
import { connect } from "../../../db/client.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { Problem } from "../../../lib/problem.ts";
import { callSubscription } from "../../../objects/subscription/client.ts";
import { auditEvent } from "../../audit.ts";
import { requireScope } from "../../require-scope.ts";
import { idParam } from "../../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../../problems.ts";
import { loadSubscription } from "../update.ts";

const requestSchema = z
  .strictObject({
    messageId: z.uuid().optional().openapi({ description: "Dead letter to resend. Default: all" }),
  })
  .openapi("DeadLetterResend", { example: {} });

const route = createRoute({
  method: "post",
  path: "/v1/subscriptions/{id}/dead-letters/resend",
  operationId: "resendDeadLetters",
  tags: ["subscriptions"],
  summary: "Resend Dead Letters",
  description:
    "Sends the messages after the pending messages, with their old `webhook-id`, and retries them for another 24 hours. Newer " +
    "entries of the same alert may have been delivered before: compare `data.version`.",
  ...requireScope("subscriptions:write"),
  request: { params: idParam, body: { content: { "application/json": { schema: requestSchema } } } },
  responses: {
    200: {
      description: "Number of messages that are pending again. At most 10,000 messages can be pending",
      content: { "application/json": { schema: z.object({ resent: z.int() }) } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
    409: changeProblems[409],
  },
});

export function registerResendDeadLetters(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { messageId = null } = c.req.valid("json") ?? {};
    const { id, teamId, endedAt } = await loadSubscription(c, c.req.valid("param").id);
    if (endedAt !== null)
      throw new Problem("conflict", "The endpoint ended this subscription by answering 410. Enable it first.");
    const event = auditEvent(c, {
      action: "subscription.resend",
      targetType: "subscription",
      targetId: id,
      teamId,
      after: { messageId },
    });
    await insertAuditEvent(connect(c.env), event);
    return c.json({ resent: await callSubscription(c.env, id, (object) => object.resendDeadLetters(messageId)) }, 200);
  });
}
