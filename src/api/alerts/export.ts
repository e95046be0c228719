import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toAlert } from "../../db/alert-view.ts";
import { findAlert, listAlerts } from "../../db/alerts.ts";
import { connect, withConnection } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { EXPORT_DESCRIPTION, EXPORT_PAGE, exportLines, exportQuery, exportResponse } from "../export.ts";
import { requireScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { alertQuery, readLabels } from "./filter.ts";
import { alertSchema } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/alerts/export",
  operationId: "exportAlerts",
  tags: ["alerts"],
  summary: "Export alerts, the first triggered first, as lines of JSON",
  description: `Each line is an alert as the list has it. ${EXPORT_DESCRIPTION}`,
  ...requireScope("alerts:read"),
  request: { query: z.object({ ...alertQuery, ...exportQuery }) },
  responses: { ...exportResponse("The alerts", alertSchema), ...commonProblems },
});

export function registerExportAlerts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { after, teamId, label: _, ...given } = c.req.valid("query");
    const filter = { ...given, labels: readLabels(c.req.url) };
    return exportLines(c, {
      name: "alerts",
      scope: "alerts:read",
      teamId,
      after,
      find: (id) => findAlert(connect(c.env), id),
      teamOf: (row) => row.teamId,
      timeOf: (row) => row.triggeredAt,
      page: (visibleTeams, place) =>
        withConnection(c.env, (db) => listAlerts(db, visibleTeams, filter, place, EXPORT_PAGE, "oldest first")),
      toItem: toAlert,
    });
  });
}
