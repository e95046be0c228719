import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { deleteSubscription } from "../../db/subscriptions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { auditEvent } from "../audit.ts";
import { changedMeanwhile, ifMatchHeader } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { changeable, refresh } from "./change.ts";
import { toSubscription } from "./schema.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/subscriptions/{id}",
  operationId: "deleteSubscription",
  tags: ["subscriptions"],
  summary: "Delete a subscription, with what it was not told yet and its dead letters",
  ...requireScope("subscriptions:write"),
  request: { params: idParam, headers: z.object(ifMatchHeader) },
  responses: { 204: { description: "It is gone" }, ...commonProblems, ...notFoundProblem, ...changeProblems },
});

export function registerDeleteSubscription(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await changeable(c, c.req.valid("param").id);
    const { id, teamId } = before;
    const act = { action: "subscription.delete", targetType: "subscription", targetId: id, teamId } as const;
    const audit = auditEvent(c, { ...act, before: toSubscription(before) });
    if (!(await deleteSubscription(connect(c.env), before, audit))) throw changedMeanwhile(before.version);
    await refresh(c.env, id);
    return c.body(null, 204);
  });
}
