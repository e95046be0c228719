import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { divideTime } from "../../alerts/histogram.ts";
import { countOverTime, type IntervalCounts, MAX_IN_HISTOGRAM } from "../../db/alert-histogram.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { DAY, SECOND, toIso } from "../../lib/time.ts";
import { instant } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { alertQuery, mutedQuery, readAlertFilter } from "./filter.ts";
import { formatNumber } from "../../lib/text.ts";

const DEFAULT_INTERVALS = 60;
const MAX_INTERVALS = 500;

/** Alerts that were triggered this long before the range are read, too: they may be resolved in it. */
const MIN_LOOK_BACK_MS = 7 * DAY;

/** The first year of RFC 3339 that Postgres has. */
const EARLIEST = Date.parse("0001-01-01T00:00:00Z");

const histogramSchema = z
  .object({
    since: instant.openapi({ description: "Start of the first interval" }),
    until: instant,
    intervalSeconds: z.int(),
    data: z
      .array(
        z.object({
          at: instant.openapi({ description: "Start of the interval" }),
          triggered: z.int().openapi({ description: "Alerts that were triggered in the interval" }),
          resolved: z.int().openapi({ description: "Alerts that were resolved in the interval, and still are" }),
        }),
      )
      .openapi({ description: "Every interval, oldest first" }),
    isComplete: z.boolean().openapi({
      description: `False when more than ${formatNumber(MAX_IN_HISTOGRAM)} alerts match: older ones are not counted`,
    }),
  })
  .openapi("AlertHistogram");

const route = createRoute({
  method: "get",
  path: "/v1/alerts/histogram",
  operationId: "getAlertHistogram",
  tags: ["alerts"],
  summary: "Get Alert Histogram",
  description:
    "Counts new and resolved alerts over time, with the filters of the list. `since` and `until`, also in `query`, are the time range; default: " +
    `the last 24 hours. Reads the newest ${formatNumber(MAX_IN_HISTOGRAM)} alerts that match, those of the week before the range (of a longer range, as long ` +
    "before it) included.",
  ...requireScope("alerts:read"),
  request: {
    query: z.object({
      ...alertQuery,
      ...mutedQuery("false"),
      maxIntervals: z.coerce
        .number()
        .pipe(z.int().min(1).max(MAX_INTERVALS))
        .default(DEFAULT_INTERVALS)
        .openapi({ type: "integer", description: "Number of intervals at most. Their length is chosen to fit" }),
    }),
  },
  responses: {
    200: { description: "The histogram", content: { "application/json": { schema: histogramSchema } } },
    ...commonProblems,
  },
});

export function registerGetAlertHistogram(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { maxIntervals, ...query } = c.req.valid("query");
    const { filter, visibleTeams } = await readAlertFilter(c, query, false);
    const until = filter.until?.getTime() ?? Date.now();
    const since = filter.since?.getTime() ?? Math.max(until - DAY, EARLIEST);
    if (since >= until) throw invalidRange();
    const divided = divideTime(since, until, maxIntervals);
    const { intervalMs } = divided;
    const start = Math.max(divided.start, EARLIEST);
    const readSince = Math.max(since - Math.max(MIN_LOOK_BACK_MS, until - since), EARLIEST);
    const range = { since: start, until, intervalMs, readSince };
    const { counts, isComplete } = await countOverTime(database(c), visibleTeams, filter, range);
    return c.json(
      {
        since: toIso(start),
        until: toIso(until),
        intervalSeconds: intervalMs / SECOND,
        data: fillIntervals(start, until, intervalMs, counts),
        isComplete,
      },
      200,
    );
  });
}

const invalidRange = (): Problem =>
  new Problem("invalid-request", "Invalid time range. Set `since` before `until`.", {
    errors: [{ pointer: "/since", detail: "not before `until`" }],
  });

function fillIntervals(start: number, until: number, intervalMs: number, counts: readonly IntervalCounts[]) {
  const byTime = new Map(counts.map((count) => [count.at.getTime(), count]));
  return Array.from({ length: Math.ceil((until - start) / intervalMs) }, (_, index) => {
    const at = start + index * intervalMs;
    const { triggered = 0, resolved = 0 } = byTime.get(at) ?? {};
    return { at: toIso(at), triggered, resolved };
  });
}
