import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { SEVERITIES, STATUSES } from "../../alerts/model.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { listAlerts } from "../../db/alerts.ts";
import { connect } from "../../db/client.ts";
import { instantQuery, pageOf, pageQuery, readCursor, repeatable, toPage } from "../page.ts";
import { commonProblems } from "../problems.ts";
import { alertSchema, toAlert } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/alerts",
  operationId: "listAlerts",
  tags: ["alerts"],
  summary: "List alerts, the latest triggered first",
  request: {
    query: z.object({
      status: repeatable(z.enum(STATUSES)).optional(),
      severity: repeatable(z.enum(SEVERITIES)).optional(),
      integrationId: z.uuid().optional(),
      teamId: z.uuid().optional(),
      q: z.string().min(1).max(200).optional().openapi({ description: "Text in the title or the description" }),
      since: instantQuery
        .optional()
        .openapi({ type: "string", format: "date-time", description: "Triggered at or after" }),
      until: instantQuery.optional().openapi({ type: "string", format: "date-time", description: "Triggered before" }),
      ...pageQuery,
    }),
  },
  responses: {
    200: { description: "A page of alerts", content: { "application/json": { schema: pageOf(alertSchema) } } },
    ...commonProblems,
  },
});

export function registerListAlerts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, ...filter } = c.req.valid("query");
    const rows = await listAlerts(connect(c.env), filter, readCursor(cursor), limit + 1);
    const page = toPage(c, rows, limit, toAlert, (row) => ({ sortedBy: row.triggeredAt.getTime(), id: row.id }));
    return c.json(page, 200);
  });
}
