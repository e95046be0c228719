import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { PARTITIONS } from "../../../objects/integration/shards/index.ts";
import type { AppEnv } from "../../../lib/app-env.ts";
import { requireScope } from "../../require-scope.ts";
import { idParam, linkNext, pageOf } from "../../pagination.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { askEach } from "../objects.ts";
import { ownerOf, quarantinedRowSchema, toQuarantinedRow } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/integrations/{id}/quarantine",
  operationId: "listQuarantine",
  tags: ["integrations"],
  summary: "List what Postgres refused for its data, the oldest first",
  description:
    "Accepted, durable, and not in Postgres: such a row waits for a retry, once what Postgres had against it is mended.",
  ...requireScope("deliveries:read"),
  request: {
    params: idParam,
    query: z.object({
      cursor: z.coerce
        .number()
        .int()
        .min(0)
        .max(Number.MAX_SAFE_INTEGER)
        .default(0)
        .openapi({ description: "`nextCursor` of the page before" }),
      limit: z.coerce.number().int().min(1).max(200).default(50).openapi({ description: "How many to give at most" }),
    }),
  },
  responses: {
    200: { description: "A page of rows", content: { "application/json": { schema: pageOf(quarantinedRowSchema) } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerListQuarantine(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const owner = await ownerOf(c, c.req.valid("param").id, "deliveries:read");
    const lists = await askEach(c.env, owner, async (object, shard) => {
      const after = Math.floor((cursor - shard) / PARTITIONS);
      return (await object.listQuarantine(after, limit + 1)).map((row) => toQuarantinedRow(row, shard));
    });
    const rows = lists.flat().toSorted((a, b) => a.row - b.row);
    const data = rows.slice(0, limit);
    const nextCursor = rows.length > limit ? String(data.at(-1)?.row) : null;
    if (nextCursor !== null) linkNext(c, nextCursor);
    return c.json({ data, nextCursor }, 200);
  });
}
