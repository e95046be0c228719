import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { insertAuditEvent } from "../../../db/audit-events.ts";
import { connect } from "../../../db/client.ts";
import { callObject } from "../../../objects/integration/client.ts";
import { objectName } from "../../../objects/integration/shards/index.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { auditEvent } from "../../audit.ts";
import { requireScope, noSuch } from "../../require-scope.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { loadOwner, parseRowNumber, rowParams, toQuarantinedRow } from "./schema.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/integrations/{id}/quarantine/{row}",
  operationId: "discardQuarantinedRow",
  tags: ["integrations"],
  summary: "Discard Quarantined Row",
  description:
    "Deletes the row permanently. This is the only way to lose an accepted delivery, so the audit log records who did it.",
  ...requireScope("integrations:write"),
  request: { params: rowParams },
  responses: { 204: { description: "Discarded" }, ...commonProblems, ...notFoundProblem },
});

export function registerDiscardQuarantinedRow(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const params = c.req.valid("param");
    const { id, teamId } = await loadOwner(c, params.id, "integrations:read");
    const { row, shard } = parseRowNumber(params.row);
    const name = objectName(id, shard);
    const record = await callObject(c.env, name, (object) => object.getQuarantinedRow(row));
    if (!record) throw noSuch("row");
    // The audit event comes first: a row must not disappear without one.
    const event = auditEvent(c, {
      action: "quarantine.discard",
      targetType: "integration",
      targetId: id,
      teamId,
      before: toQuarantinedRow(record, shard),
    });
    await insertAuditEvent(connect(c.env), event);
    await callObject(c.env, name, (object) => object.discardQuarantinedRow(row));
    return c.body(null, 204);
  });
}
