import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { insertAuditEvent } from "../../../db/audit-events.ts";
import { connect } from "../../../db/client.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { callSubscription } from "../../../objects/subscription/client.ts";
import { auditEvent } from "../../audit.ts";
import { requireScope, noSuch } from "../../require-scope.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { loadSubscription } from "../update.ts";
import { deadLetterParams } from "./schema.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/subscriptions/{id}/dead-letters/{messageId}",
  operationId: "discardDeadLetter",
  tags: ["subscriptions"],
  summary: "Discard Dead Letter",
  description: "Deletes the message without sending it again.",
  ...requireScope("subscriptions:write"),
  request: { params: deadLetterParams },
  responses: { 204: { description: "Discarded" }, ...commonProblems, ...notFoundProblem },
});

export function registerDiscardDeadLetter(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id: subscriptionId, messageId } = c.req.valid("param");
    const { id, teamId } = await loadSubscription(c, subscriptionId);
    if (!(await callSubscription(c.env, id, (object) => object.discardDeadLetter(messageId))))
      throw noSuch("dead letter");
    const event = auditEvent(c, {
      action: "subscription.discard",
      targetType: "subscription",
      targetId: id,
      teamId,
      before: { messageId },
    });
    await insertAuditEvent(connect(c.env), event);
    return c.body(null, 204);
  });
}
