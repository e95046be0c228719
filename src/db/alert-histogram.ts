/** Counts alerts over time. Reads only the newest alerts of a filter, so that its time is bounded. */
import { type SQL, sql } from "drizzle-orm";
import type { AlertFilter } from "../alerts/alert-filter.ts";
import { seesNothing, type VisibleTeams } from "../lib/principal.ts";
import { selectNewest } from "./alert-groups.ts";
import type { Database } from "./client.ts";
import { alerts } from "./schema.ts";

/** Alerts are counted among the newest only. */
export const MAX_IN_HISTOGRAM = 5000;

/** The alerts that were triggered and resolved in the interval that starts at `at`. */
export interface IntervalCounts {
  at: Date;
  triggered: number;
  resolved: number;
}

/** The time range to count, in Unix ms, and the length of an interval. */
export interface HistogramRange {
  since: number;
  until: number;
  intervalMs: number;
  /** Alerts that were triggered before this time are not read. */
  readSince: number;
}

const instant = (ms: number): SQL => sql`${new Date(ms).toISOString()}::timestamptz`;

/**
 * Counts the newest MAX_IN_HISTOGRAM alerts of a filter by when they were triggered and resolved; intervals without any are left out.
 * @param filter its own time range is ignored
 * @returns `isComplete`: no older alerts were left out
 */
export async function countOverTime(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
  { since, until, intervalMs, readSince }: HistogramRange,
): Promise<{ counts: IntervalCounts[]; isComplete: boolean }> {
  if (seesNothing(visibleTeams)) return { counts: [], isComplete: true };
  const newest = selectNewest(
    sql`${alerts.triggeredAt} as triggered_at, ${alerts.resolvedAt} as resolved_at`,
    visibleTeams,
    { ...filter, since: new Date(readSince), until: new Date(until) },
    MAX_IN_HISTOGRAM + 1,
  );
  // It starts with `select`, so that it can share its round trip (gather.ts).
  const { rows } = await db.execute<{ at: string | null; triggered: number; resolved: number }>(sql`
    select counted.* from (
      with newest as materialized (${newest}), times as (
        select triggered_at as at, 1 as triggered, 0 as resolved from newest
        union all select resolved_at, 0, 1 from newest where resolved_at is not null
      )
      select date_bin(make_interval(secs => ${intervalMs / 1000}), at, ${instant(since)}) as at,
        sum(triggered)::int as triggered, sum(resolved)::int as resolved
      from times where at >= ${instant(since)} and at < ${instant(until)} group by 1
      union all select null, count(*)::int, 0 from newest
    ) as counted`);
  const counts = rows.flatMap(({ at, ...count }) => (at === null ? [] : [{ at: new Date(at), ...count }]));
  return { counts, isComplete: (rows.find(({ at }) => at === null)?.triggered ?? 0) <= MAX_IN_HISTOGRAM };
}
