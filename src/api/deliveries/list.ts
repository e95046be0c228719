import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { listDeliveries } from "../../db/deliveries.ts";
import { narrow } from "../../lib/principal.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { pageOf, pageQuery, readCursor, toPage } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { deliveryQuery } from "./filter.ts";
import { deliverySchema, toDelivery } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/deliveries",
  operationId: "listDeliveries",
  tags: ["deliveries"],
  summary: "List Deliveries",
  description: "Lists accepted, duplicate and rejected deliveries that match all filters, the latest received first.",
  ...requireScope("deliveries:read"),
  request: {
    query: z.object({ ...deliveryQuery, ...pageQuery }),
  },
  responses: {
    200: { description: "A page of deliveries", content: { "application/json": { schema: pageOf(deliverySchema) } } },
    ...commonProblems,
  },
});

export function registerListDeliveries(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, teamId, ...filter } = c.req.valid("query");
    const visibleTeams = narrow(c.get("visibleTeams"), teamId);
    const rows = await listDeliveries(database(c), visibleTeams, filter, readCursor(cursor), limit + 1);
    const page = toPage(c, rows, limit, toDelivery, (row) => ({ sortedBy: row.receivedAt.getTime(), id: row.id }));
    return c.json(page, 200);
  });
}
