import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toAlert } from "../../db/alert-view.ts";
import { findAlert, listAlerts } from "../../db/alerts.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { EXPORT_DESCRIPTION, EXPORT_PAGE, exportQuery, exportResponse, streamExport } from "../export.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { alertQuery, mutedQuery, readAlertFilter } from "./filter.ts";
import { alertSchema } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/alerts/export",
  operationId: "exportAlerts",
  tags: ["alerts"],
  summary: "Export Alerts",
  description: `Exports alerts as NDJSON or CSV, the first triggered first. ${EXPORT_DESCRIPTION}`,
  ...requireScope("alerts:read"),
  request: { query: z.object({ ...alertQuery, ...mutedQuery("any"), ...exportQuery }) },
  responses: { ...exportResponse("Alerts", "Alert"), ...commonProblems },
});

export function registerExportAlerts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, format, ...query } = c.req.valid("query");
    const { filter, teamIds } = await readAlertFilter(c, query);
    return streamExport(c, {
      name: "alerts",
      scope: "alerts:read",
      teamIds,
      cursor,
      format,
      columns: Object.keys(alertSchema.shape),
      find: (id) => findAlert(database(c), id),
      timeOf: (row) => row.triggeredAt,
      page: (db, visibleTeams, after) => listAlerts(db, visibleTeams, filter, after, EXPORT_PAGE, "oldest first"),
      isLast: (rows) => rows.length < EXPORT_PAGE,
      toItem: (row) => toAlert(row, c.env.PUBLIC_URL),
    });
  });
}
