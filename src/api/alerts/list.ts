import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toAlert } from "../../db/alert-view.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { ALERT_SORTS, type AlertSort } from "../../db/alert-page.ts";
import { countAlerts, listAlerts } from "../../db/alerts.ts";
import type { ShownAlert } from "../../db/muting.ts";
import type { Position } from "../../db/keyset.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { readTwoWayCursor, toTwoWayPage, twoWayPageOf, twoWayPageQuery } from "../two-way-pages.ts";
import { alertQuery, mutedQuery, readAlertFilter } from "./filter.ts";
import { mutedCount } from "./counts.ts";
import { nullable } from "../components.ts";
import { alertSchema } from "./schema.ts";

export const sortQuery = z
  .enum(ALERT_SORTS)
  .default("triggeredAt")
  .openapi({
    description:
      "`triggeredAt`: the latest triggered first. `lastSeenAt`: the last seen first. `severity`: the most severe first, of equal severity the " +
      "latest triggered",
  });

const pageSchema = twoWayPageOf(alertSchema).extend({
  muted: nullable(mutedCount).openapi({
    description:
      "How many alerts the list leaves out because they are muted. Null where it does not, and on further pages",
  }),
});

const route = createRoute({
  method: "get",
  path: "/v1/alerts",
  operationId: "listAlerts",
  tags: ["alerts"],
  summary: "List Alerts",
  description:
    "Lists alerts that match all filters, by default the latest triggered first. An alert that existed at the first page appears on " +
    "exactly one page, unless its place in the sort changes meanwhile. `previousCursor` leads back.",
  ...requireScope("alerts:read"),
  request: { query: z.object({ ...alertQuery, ...mutedQuery("false"), sort: sortQuery, ...twoWayPageQuery }) },
  responses: {
    200: { description: "A page of alerts", content: { "application/json": { schema: pageSchema } } },
    ...commonProblems,
  },
});

export function registerListAlerts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, sort, ...query } = c.req.valid("query");
    const start = readTwoWayCursor(cursor, sort);
    const { filter, visibleTeams } = await readAlertFilter(c, query, false);
    const db = database(c);
    const leavesOut = filter.muted === false && cursor === undefined;
    const [rows, counts] = await Promise.all([
      listAlerts(db, visibleTeams, filter, start.position, limit + 1, start.order, sort),
      leavesOut ? countAlerts(db, visibleTeams, filter) : null,
    ]);
    const toItem = (row: ShownAlert) => toAlert(row, c.env.PUBLIC_URL);
    const page = toTwoWayPage(c, rows, limit, start, sort, toItem, POSITIONS[sort]);
    return c.json({ ...page, muted: counts?.muted ?? null }, 200);
  });
}

/** The position of an alert in each sort. */
const POSITIONS: Record<AlertSort, (row: ShownAlert) => Position> = {
  triggeredAt: ({ triggeredAt, id }) => ({ sortedBy: triggeredAt.getTime(), id }),
  lastSeenAt: ({ lastSeenAt, id }) => ({ sortedBy: lastSeenAt.getTime(), id }),
  severity: ({ severity, triggeredAt, id }) => ({ rank: severity, sortedBy: triggeredAt.getTime(), id }),
};
