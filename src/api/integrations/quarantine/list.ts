import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { PARTITIONS } from "../../../objects/integration/shards/index.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { requireScope } from "../../require-scope.ts";
import { idParam, invalidCursor, linkNext, pageOf, pageQuery } from "../../pagination.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { callObjects } from "../call-objects.ts";
import { loadOwner, quarantinedRowSchema, toQuarantinedRow } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/integrations/{id}/quarantine",
  operationId: "listQuarantinedRows",
  tags: ["integrations"],
  summary: "List Quarantined Rows",
  description:
    "Lists rows, oldest first. Postgres rejected these accepted rows for their data. They are durable and stay here until a person retries or discards them.",
  ...requireScope("deliveries:read"),
  request: {
    params: idParam,
    query: z.object(pageQuery),
  },
  responses: {
    200: { description: "A page of rows", content: { "application/json": { schema: pageOf(quarantinedRowSchema) } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerListQuarantinedRows(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor = "0", limit } = c.req.valid("query");
    // The cursor is the number of the last row.
    if (!/^\d{1,15}$/.test(cursor)) throw invalidCursor();
    const owner = await loadOwner(c, c.req.valid("param").id, "deliveries:read");
    const lists = await callObjects(c.env, owner, async (object, shard) => {
      const after = Math.floor((Number(cursor) - shard) / PARTITIONS);
      return (await object.listQuarantine(after, limit + 1)).map((row) => toQuarantinedRow(row, shard));
    });
    const rows = lists.flat().toSorted((a, b) => a.row - b.row);
    const data = rows.slice(0, limit);
    const nextCursor = rows.length > limit ? String(data.at(-1)?.row) : null;
    if (nextCursor !== null) linkNext(c, nextCursor);
    return c.json({ data, nextCursor }, 200);
  });
}
