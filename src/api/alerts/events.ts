import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { findAlert, listTimeline } from "../../db/alerts.ts";
import { connect } from "../../db/client.ts";
import { Problem } from "../../lib/problem.ts";
import { idParam, pageOf, pageQuery, readCursor, toPage } from "../page.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { timelineEntrySchema, toTimelineEntry } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/alerts/{id}/events",
  operationId: "listAlertEvents",
  tags: ["alerts"],
  summary: "List what happened to an alert, in the order in which it took effect",
  request: { params: idParam, query: z.object(pageQuery) },
  responses: {
    200: {
      description: "A page of the timeline",
      content: { "application/json": { schema: pageOf(timelineEntrySchema) } },
    },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerListAlertEvents(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const { cursor, limit } = c.req.valid("query");
    const db = connect(c.env);
    const rows = await listTimeline(db, id, readCursor(cursor), limit + 1);
    if (rows.length === 0 && !(await findAlert(db, id))) throw new Problem("not-found", "There is no such alert.");
    return c.json(
      toPage(c, rows, limit, toTimelineEntry, (row) => ({ sortedBy: row.version, id: row.id })),
      200,
    );
  });
}
