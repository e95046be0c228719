import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toTimelineEntryWithAlert } from "../../db/alert-view.ts";
import type { AlertFilter } from "../../db/alerts.ts";
import { BEGINNING, latestCursor, listTimeline, cursorText } from "../../db/timeline.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { narrow } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { requireScope } from "../require-scope.ts";
import { changeProblems, commonProblems } from "../problems.ts";
import { alertQuery, readLabels } from "../alerts/filter.ts";
import { readCursor } from "./cursor.ts";
import { changeSchema } from "../alerts/schema.ts";

const reply = z
  .object({
    data: z.array(changeSchema),
    next: z.string().openapi({ description: "The place behind them: `after` of the next request" }),
    isMore: z.boolean().openapi({ description: "There are more already; else ask again when you like" }),
  })
  .openapi("Changes");

const route = createRoute({
  method: "get",
  path: "/v1/timeline",
  operationId: "listTimeline",
  tags: ["alerts"],
  summary: "Read every change of alerts in order, from a place on",
  description:
    "The feed of `/v1/timeline/stream` for who would rather ask. Without `after` it begins with the first change there is; asked again " +
    "with `next`, it misses none, and those of one alert come in order. An alert that a change takes out of the filter is told of " +
    "once more. Alerts past their retention are gone with their changes. A place of another database, as after one was restored from a dump, is refused with 409: begin anew.",
  ...requireScope("alerts:read"),
  request: {
    query: z.object({
      ...alertQuery,
      after: z
        .string()
        .max(100)
        .optional()
        .openapi({ description: "`next` of an earlier answer, or the id of a stream's event" }),
      limit: z.coerce.number().int().min(1).max(200).default(50).openapi({ description: "How many to give at most" }),
    }),
  },
  responses: {
    200: { description: "The changes", content: { "application/json": { schema: reply } } },
    ...commonProblems,
    409: changeProblems[409],
  },
});

export function registerListTimeline(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { teamId, label: _, after, limit, ...given } = c.req.valid("query");
    const filter: AlertFilter = { ...given, labels: readLabels(c.req.url) };
    const db = connect(c.env);
    const place = after === undefined ? BEGINNING : readCursor(after, "after");
    if (after !== undefined && place.xid > (await latestCursor(db)).xid) {
      throw new Problem("conflict", "This place is not known here any more: begin anew, without `after`.");
    }
    const { entries, nextCursor, hasMore } = await listTimeline(
      db,
      narrow(c.get("visibleTeams"), teamId),
      filter,
      place,
      limit,
    );
    return c.json({ data: entries.map(toTimelineEntryWithAlert), next: cursorText(nextCursor), isMore: hasMore }, 200);
  });
}
