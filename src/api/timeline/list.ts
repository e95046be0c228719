import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toTimelineEntryWithAlert } from "../../db/alert-view.ts";
import { BEGINNING, cursorText, latestCursor, listTimeline } from "../../db/timeline.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { alertQuery, mutedQuery, readAlertFilter } from "../alerts/filter.ts";
import { entryWithAlertSchema } from "../alerts/schema.ts";
import { limitQuery, linkNext } from "../pagination.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { changeProblems, commonProblems } from "../problems.ts";
import { cursorQuery, NOW, readCursor } from "./cursor.ts";

const responseSchema = z
  .object({
    data: z.array(entryWithAlertSchema).openapi({ description: "Timeline entries; empty when there are no new ones" }),
    nextCursor: z.string().openapi({ description: "Position after these entries, for the next request. Never null" }),
  })
  .openapi("TimelinePage");

const route = createRoute({
  method: "get",
  path: "/v1/timeline",
  operationId: "listTimeline",
  tags: ["alerts"],
  summary: "List Timeline",
  description:
    "Lists the timeline entries of all alerts, in order. Start without `cursor` for the oldest entry, or with `cursor=now` for the present. " +
    "Then keep polling with `nextCursor`: no entry is missed, and the entries of an alert are in order. An entry that takes an alert " +
    "out of the filter is included. Entries expire together with their alert. A cursor of another database, for example after a " +
    "restore, is rejected with 409.",
  ...requireScope("alerts:read"),
  request: {
    query: z.object({
      ...alertQuery,
      ...mutedQuery("any"),
      cursor: cursorQuery.openapi({
        description: "`nextCursor` of the previous response, `id` of a stream event, or `now`",
      }),
      limit: limitQuery,
    }),
  },
  responses: {
    200: { description: "A page of the timeline", content: { "application/json": { schema: responseSchema } } },
    ...commonProblems,
    409: { ...changeProblems[409], description: "The cursor is of another database" },
  },
});

export function registerListTimeline(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor = cursorText(BEGINNING), limit, ...query } = c.req.valid("query");
    const { filter, visibleTeams } = await readAlertFilter(c, query);
    const db = database(c);
    if (cursor === NOW) {
      const nextCursor = cursorText(await latestCursor(db));
      linkNext(c, nextCursor);
      return c.json({ data: [], nextCursor }, 200);
    }
    const start = readCursor(cursor);
    const { entries, nextCursor: next } = await listTimeline(db, visibleTeams, filter, start, limit);
    // Transaction numbers only grow, except when another database replaced this one.
    if (next.xid < start.xid) throw new Problem("conflict", "Expired cursor. Start again without `cursor`.");
    const nextCursor = cursorText(next);
    linkNext(c, nextCursor);
    return c.json({ data: entries.map((entry) => toTimelineEntryWithAlert(entry, c.env.PUBLIC_URL)), nextCursor }, 200);
  });
}
