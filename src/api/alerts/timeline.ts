import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toTimelineEntry } from "../../db/alert-view.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { listAlertTimeline, selectAlert } from "../../db/alerts.ts";
import { includes } from "../../lib/principal.ts";
import { database } from "../request-scope.ts";
import { noSuch, requireScope } from "../require-scope.ts";
import { entryType } from "../components.ts";
import { idParam, pageOf, pageQuery, readCursor, repeatable, toPage } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { timelineEntrySchema } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/alerts/{id}/timeline",
  operationId: "listAlertTimeline",
  tags: ["alerts"],
  summary: "List Alert Timeline",
  description:
    "Lists the timeline entries of an alert, in the order in which they took effect, or the latest first. Use a cursor with the parameters " +
    "of its first page.",
  ...requireScope("alerts:read"),
  request: {
    params: idParam,
    query: z.object({
      type: repeatable(entryType).optional().openapi({ description: "Only entries of these types; repeatable" }),
      order: z
        .enum(["asc", "desc"])
        .default("asc")
        .openapi({ description: "`asc`: the oldest entries first. `desc`: the latest first" }),
      ...pageQuery,
    }),
  },
  responses: {
    200: {
      description: "A page of the timeline",
      content: { "application/json": { schema: pageOf(timelineEntrySchema) } },
    },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerListAlertTimeline(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid("param");
    const { type, order, cursor, limit } = c.req.valid("query");
    const db = database(c);
    const after = readCursor(cursor);
    const direction = order === "desc" ? "newest first" : "oldest first";
    const [alert, rows] = await db.batch([
      selectAlert(db, id),
      listAlertTimeline(db, id, type, direction, after, limit + 1),
    ]);
    if (!alert[0] || !includes(c.get("visibleTeams"), alert[0])) throw noSuch("alert");
    return c.json(
      toPage(c, rows, limit, toTimelineEntry, (row) => ({ sortedBy: row.version, id: row.id })),
      200,
    );
  });
}
