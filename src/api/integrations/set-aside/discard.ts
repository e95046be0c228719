import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { insertAuditEvent } from "../../../db/audit-events.ts";
import { connect } from "../../../db/client.ts";
import { callObject } from "../../../integration/client.ts";
import { objectName } from "../../../integration/shards.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { auditEvent } from "../../audit.ts";
import { needs, noSuch } from "../../needs.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { ownerOf, placeOf, rowParams, toSetAside } from "./schema.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/integrations/{id}/set-aside/{row}",
  operationId: "discardSetAside",
  tags: ["integrations"],
  summary: "Give up a row that Postgres refused",
  description:
    "The only way in which an accepted delivery is lost, and somebody's decision: the audit log keeps which.",
  ...needs("integrations:write"),
  request: { params: rowParams },
  responses: { 204: { description: "It is gone" }, ...commonProblems, ...notFoundProblem },
});

export function registerDiscardSetAside(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id, row } = c.req.valid("param");
    const { teamId } = await ownerOf(c, id, "integrations:read");
    const place = placeOf(row);
    const name = objectName(id, place.shard);
    const record = await callObject(c.env, name, (object) => object.getSetAside(place.row));
    if (!record) throw noSuch("row");
    // Recorded first: it must not be gone without a trace.
    const act = { action: "integration.discard-set-aside", targetType: "integration", targetId: id, teamId } as const;
    await insertAuditEvent(connect(c.env), auditEvent(c, { ...act, before: toSetAside(record, place.shard) }));
    await callObject(c.env, name, (object) => object.discardSetAside(place.row));
    return c.body(null, 204);
  });
}
