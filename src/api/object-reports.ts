/**
 * Finds the states of integrations' objects, at the cost of one call to each Writer: every object reports its state with each flush. Writers
 * keep reports in memory only, so objects without a report are called. The state of an idle object is remembered for a while, because
 * an object with work reports; until a Writer is loaded again, because it has lost the reports since.
 */
import { LRUCache } from "lru-cache";
import pLimit from "p-limit";
import { MINUTE } from "../lib/time.ts";
import { callObject } from "../objects/integration/client.ts";
import type { ObjectStats } from "../objects/integration/rpc.ts";
import { objectNames } from "../objects/integration/shards/index.ts";
import { addTotals, NO_TOTALS } from "../objects/integration/totals.ts";
import { callWriter } from "../objects/writer/client.ts";
import type { ObjectReport } from "../objects/writer/rpc.ts";
import { type ObjectOwner, sumOutboxes } from "./integrations/call-objects.ts";
import { MAX_CONCURRENT_CALLS, type TimeLimits, withTimeout } from "./time-limit.ts";

/** A report, with the time at which it was made. */
export type Report = ObjectReport & { reportedAt: number };

export interface Reports {
  /** The latest report by the name of the object. */
  byObject: ReadonlyMap<string, Report>;
  /** The instances of all Writers; null: a Writer did not answer. */
  writers: string | null;
}

/** Asks every Writer. Never throws. */
export async function readReports(env: Env, limits: TimeLimits): Promise<Reports> {
  const writers = Array.from({ length: Number(env.WRITERS) }, (_, writer) => writer);
  const replies = await Promise.all(
    writers.map((writer) => withTimeout(limits, () => callWriter(env, writer, (object) => object.reports()))),
  );
  const byObject = new Map<string, Report>();
  for (const report of replies.flatMap((reply) => reply?.reports ?? [])) {
    // An object that could not reach its Writer reported to the next one.
    if (report.reportedAt >= (byObject.get(report.object)?.reportedAt ?? 0)) byObject.set(report.object, report);
  }
  return { byObject, writers: replies.includes(null) ? null : replies.map((reply) => reply?.instance).join(" ") };
}

/** How long the state of an idle object is used. */
const REMEMBERED_MS = 10 * MINUTE;

/** The last known states of idle objects, by their names. */
const remembered = new LRUCache<string, Remembered>({ max: 20_000 });

interface Remembered {
  stats: ObjectStats;
  /** Unix ms. */
  at: number;
  /** The instances of the Writers before the state was read: they have the reports since. */
  writers: string | null;
}

/**
 * Finds the state of each integration, summed over its shards. Asks the objects without a report. Never throws.
 * @param maxCalls maximum number of objects to ask: those whose state is unknown or oldest. Of the others, an older state is used
 * @returns by integration; null: an object neither reported nor answered, and a partial sum would mislead
 */
export async function statesOf(
  env: Env,
  { byObject, writers }: Reports,
  owners: readonly ObjectOwner[],
  limits: TimeLimits,
  maxCalls: number,
): Promise<Map<string, ObjectStats | null>> {
  const now = Date.now();
  const limit = pLimit(MAX_CONCURRENT_CALLS);
  const names = owners.flatMap(({ id, mostShards }) => objectNames(id, mostShards));
  const asked = new Set(
    names
      .filter((name) => !byObject.has(name) && !isLatest(remembered.get(name), writers, now))
      .toSorted((a, b) => (remembered.get(a)?.at ?? 0) - (remembered.get(b)?.at ?? 0))
      .slice(0, maxCalls),
  );
  const stateOf = async (name: string): Promise<ObjectStats | null> => {
    const report = byObject.get(name);
    if (report) return remember(name, { stats: toStats(report, now), at: report.reportedAt, writers });
    const known = remembered.get(name);
    if (!asked.has(name)) return known && isRecent(known, now) ? known.stats : null;
    const stats = await limit(() => withTimeout(limits, () => callObject(env, name, (object) => object.getStats())));
    return stats && remember(name, { stats, at: now, writers });
  };
  const states = owners.map(async ({ id, mostShards }) => {
    return [id, sumStats(await Promise.all(objectNames(id, mostShards).map(stateOf)))] as const;
  });
  return new Map(await Promise.all(states));
}

/** A Writer that did not answer, or is another instance now, may have had a later report. */
const isLatest = (known: Remembered | undefined, writers: string | null, now: number): boolean =>
  known !== undefined && writers !== null && writers === known.writers && isRecent(known, now);

const isRecent = ({ at }: Remembered, now: number): boolean => now - at < REMEMBERED_MS;

/** Remembers the state of an idle object. The state of another object may change without a report. */
function remember(name: string, known: Remembered): ObjectStats {
  const { stats } = known;
  const isIdle = stats.rows === 0 && stats.quarantined === 0 && !stats.isHeartbeatMissed;
  if (isIdle) remembered.set(name, known);
  else remembered.delete(name);
  return stats;
}

const toStats = (report: Report, now: number): ObjectStats => ({
  rows: report.rows,
  bytes: report.bytes,
  oldestAt: report.oldestAt,
  quarantined: report.quarantined,
  flushedLastMinute: now - report.reportedAt < MINUTE ? report.flushedLastMinute : 0,
  lastError: report.lastError,
  flushFailures: report.flushFailures,
  isHeartbeatMissed: report.isHeartbeatMissed,
  totals: addTotals(NO_TOTALS, report.totals),
});

function sumStats(shards: readonly (ObjectStats | null)[]): ObjectStats | null {
  const stats = shards.filter((one) => one !== null);
  if (stats.length < shards.length) return null;
  return {
    ...sumOutboxes(stats),
    flushFailures: Math.max(0, ...stats.map(({ flushFailures }) => flushFailures)),
    isHeartbeatMissed: stats.some(({ isHeartbeatMissed }) => isHeartbeatMissed),
    totals: stats.reduce((sum, { totals }) => addTotals(sum, totals), NO_TOTALS),
  };
}
