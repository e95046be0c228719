import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toAlert } from "../../db/alert-view.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { publicUrlOf } from "../../lib/console-url.ts";
import { listAlerts } from "../../db/alerts.ts";
import type { ShownAlert } from "../../db/muting.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { pageOf, pageQuery, readCursor, toPage } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { alertQuery, mutedQuery, readAlertFilter } from "./filter.ts";
import { alertSchema } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/alerts",
  operationId: "listAlerts",
  tags: ["alerts"],
  summary: "List Alerts",
  description:
    "Lists alerts that match all filters, the latest triggered first. An alert that existed at the first page appears on exactly one page.",
  ...requireScope("alerts:read"),
  request: { query: z.object({ ...alertQuery, ...mutedQuery("false"), ...pageQuery }) },
  responses: {
    200: { description: "A page of alerts", content: { "application/json": { schema: pageOf(alertSchema) } } },
    ...commonProblems,
  },
});

export function registerListAlerts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, ...query } = c.req.valid("query");
    const { filter, visibleTeams } = readAlertFilter(c, query);
    const rows = await listAlerts(database(c), visibleTeams, filter, readCursor(cursor), limit + 1);
    const toItem = (row: ShownAlert) => toAlert(row, publicUrlOf(c));
    const page = toPage(c, rows, limit, toItem, (row) => ({ sortedBy: row.triggeredAt.getTime(), id: row.id }));
    return c.json(page, 200);
  });
}
