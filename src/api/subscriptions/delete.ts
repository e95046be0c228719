import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { deleteSubscription } from "../../db/subscriptions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { auditEvent } from "../audit.ts";
import { changedMeanwhile, ifMatchHeader } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { loadForUpdate, refreshObject } from "./update.ts";
import { toSubscription } from "./schema.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/subscriptions/{id}",
  operationId: "deleteSubscription",
  tags: ["subscriptions"],
  summary: "Delete Subscription",
  description: "Deletes the subscription with its pending messages and dead letters.",
  ...requireScope("subscriptions:write"),
  request: { params: idParam, headers: z.object(ifMatchHeader) },
  responses: { 204: { description: "Deleted" }, ...commonProblems, ...notFoundProblem, ...changeProblems },
});

export function registerDeleteSubscription(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await loadForUpdate(c, c.req.valid("param").id);
    const { id, teamId } = before;
    const event = auditEvent(c, {
      action: "subscription.delete",
      targetType: "subscription",
      targetId: id,
      teamId,
      before: toSubscription(before),
    });
    if (!(await deleteSubscription(connect(c.env), before, event))) throw changedMeanwhile(before.version);
    await refreshObject(c.env, id);
    return c.body(null, 204);
  });
}
