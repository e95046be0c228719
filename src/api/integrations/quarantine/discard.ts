import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { insertAuditEvent } from "../../../db/audit-events.ts";
import { connect } from "../../../db/client.ts";
import { callObject } from "../../../objects/integration/client.ts";
import { objectName } from "../../../objects/integration/shards/index.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { auditEvent } from "../../audit.ts";
import { requireScope, noSuch } from "../../require-scope.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { ownerOf, placeOf, rowParams, toQuarantinedRow } from "./schema.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/integrations/{id}/quarantine/{row}",
  operationId: "discardQuarantinedRow",
  tags: ["integrations"],
  summary: "Give up a row that Postgres refused",
  description:
    "The only way in which an accepted delivery is lost, and somebody's decision: the audit log keeps which.",
  ...requireScope("integrations:write"),
  request: { params: rowParams },
  responses: { 204: { description: "It is gone" }, ...commonProblems, ...notFoundProblem },
});

export function registerDiscardQuarantinedRow(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id, row } = c.req.valid("param");
    const { teamId } = await ownerOf(c, id, "integrations:read");
    const place = placeOf(row);
    const name = objectName(id, place.shard);
    const record = await callObject(c.env, name, (object) => object.getQuarantinedRow(place.row));
    if (!record) throw noSuch("row");
    // Recorded first: it must not be gone without a trace.
    const act = { action: "quarantine.discard", targetType: "integration", targetId: id, teamId } as const;
    await insertAuditEvent(connect(c.env), auditEvent(c, { ...act, before: toQuarantinedRow(record, place.shard) }));
    await callObject(c.env, name, (object) => object.discardQuarantinedRow(place.row));
    return c.body(null, 204);
  });
}
