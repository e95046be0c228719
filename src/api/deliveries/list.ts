import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { listDeliveries } from "../../db/deliveries.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { readTwoWayCursor, toTwoWayPage, twoWayPageOf, twoWayPageQuery } from "../two-way-pages.ts";
import { deliveryQuery, readDeliveryFilter } from "./filter.ts";
import { deliverySchema, toDelivery } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/deliveries",
  operationId: "listDeliveries",
  tags: ["deliveries"],
  summary: "List Deliveries",
  description:
    "Lists accepted, duplicate and rejected deliveries that match all filters, the latest received first. `previousCursor` leads back.",
  ...requireScope("deliveries:read"),
  request: {
    query: z.object({ ...deliveryQuery, ...twoWayPageQuery }),
  },
  responses: {
    200: {
      description: "A page of deliveries",
      content: { "application/json": { schema: twoWayPageOf(deliverySchema) } },
    },
    ...commonProblems,
  },
});

/** The name of the order in cursors. */
const SORT = "receivedAt";

export function registerListDeliveries(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, ...query } = c.req.valid("query");
    const start = readTwoWayCursor(cursor, SORT);
    const { filter, visibleTeams } = await readDeliveryFilter(c, query);
    const rows = await listDeliveries(database(c), visibleTeams, filter, start.position, limit + 1, start.order);
    const page = toTwoWayPage(c, rows, limit, start, SORT, toDelivery, (row) => ({
      sortedBy: row.receivedAt.getTime(),
      id: row.id,
    }));
    return c.json(page, 200);
  });
}
