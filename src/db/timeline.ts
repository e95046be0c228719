/**
 * The changes of alerts in an order that never misses one. Numbers that a sequence gives out appear in another order than
 * they commit in; so an entry carries the number of its transaction, and a reader only looks at transactions before which
 * none is still at work. https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 */
import { and, asc, eq, gte, inArray, lt, or, sql } from "drizzle-orm";
import { isUuid } from "../lib/ids.ts";
import type { VisibleTeams } from "../lib/principal.ts";
import { contentMatches } from "./alert-content.ts";
import type { AlertFilter } from "./alerts.ts";
import type { Database } from "./client.ts";
import { inTeams } from "./keyset.ts";
import { alertTimeline, alerts } from "./schema.ts";

/** How far a reader has come: behind this entry. */
export interface TimelineCursor {
  /** The entry's transaction. */
  xid: bigint;
  version: number;
  id: string;
}

/** The place before every change. */
export const BEGINNING: TimelineCursor = { xid: 0n, version: 0, id: "00000000-0000-0000-0000-000000000000" };

/** A place as text: the id of a stream's event, the cursor of the feed. */
export const cursorText = ({ xid, version, id }: TimelineCursor): string => `${xid}.${version}.${id}`;

/** A place from its text; null: it is none. */
export function parseCursor(text: string): TimelineCursor | null {
  const [, xid, version, id] = /^(\d{1,19})\.(\d{1,9})\.([0-9a-f-]{36})$/i.exec(text) ?? [];
  if (xid === undefined || id === undefined || !(isUuid(id) || /^[0-]{36}$/.test(id))) return null;
  return { xid: BigInt(xid), version: Number(version), id };
}

/** Which changes: of alerts that match the filter, or did until the change, and of these kinds. */
export interface TimelineFilter extends AlertFilter {
  type?: readonly TimelineEntryType[] | undefined;
}

export type TimelineEntryType = (typeof alertTimeline.$inferSelect)["type"];

/** The first transaction that is still at work, or the next one. */
const HORIZON = sql<string>`pg_snapshot_xmin(pg_current_snapshot())::text`;

/** Asks for the first transaction that is still at work, or the next one. */
export const selectHorizon = (db: Database) => db.execute<{ horizon: string }>(sql`select ${HORIZON} as horizon`);

/** The place behind every change of the transactions before this one. */
export const behindAllBefore = (xid: string): TimelineCursor => ({ ...BEGINNING, xid: BigInt(xid) });

/** The place behind every change that there is now. */
export async function latestCursor(db: Database): Promise<TimelineCursor> {
  const { rows } = await selectHorizon(db);
  return behindAllBefore(rows[0]?.horizon ?? "0");
}

/**
 * The changes after a place, in order, of alerts within visibleTeams that match the filter, or did until the change. Gives each
 * with the alert as that is now, and the place to go on from.
 */
export async function listTimeline(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: TimelineFilter,
  after: TimelineCursor,
  limit: number,
) {
  const place = sql`(${alertTimeline.recordedXid}, ${alertTimeline.version}, ${alertTimeline.id})`;
  const [{ rows: horizons }, changes] = await db.batch([
    selectHorizon(db),
    db
      .select({ entry: alertTimeline, alert: alerts })
      .from(alertTimeline)
      .innerJoin(alerts, eq(alerts.id, alertTimeline.alertId))
      .where(
        and(
          sql`${place} > (${String(after.xid)}::xid8, ${after.version}::integer, ${after.id}::uuid)`,
          sql`${alertTimeline.recordedXid} < pg_snapshot_xmin(pg_current_snapshot())`,
          inTeams(alerts.teamId, visibleTeams),
          filter.integrationId === undefined ? undefined : eq(alerts.integrationId, filter.integrationId),
          filter.type && inArray(alertTimeline.type, [...filter.type]),
          isOrWas("status", filter.status),
          isOrWas("severity", filter.severity),
          filter.since && gte(alerts.triggeredAt, filter.since),
          filter.until && lt(alerts.triggeredAt, filter.until),
          contentMatches(filter),
        ),
      )
      .orderBy(asc(alertTimeline.recordedXid), asc(alertTimeline.version), asc(alertTimeline.id))
      .limit(limit),
  ]);
  const last = changes.at(-1)?.entry;
  const lastPlace = last && { xid: BigInt(last.recordedXid), version: last.version, id: last.id };
  const horizon = behindAllBefore(horizons[0]?.horizon ?? "0");
  const isMore = changes.length === limit;
  return { changes, isMore, next: lastPlace && (isMore || lastPlace.xid >= horizon.xid) ? lastPlace : horizon };
}

/** When the first change behind a place was recorded that matches, in Unix ms; null: there is none yet. */
export async function firstEntryAt(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: TimelineFilter,
  after: TimelineCursor,
): Promise<number | null> {
  const { changes } = await listTimeline(db, visibleTeams, filter, after, 1);
  return changes[0]?.entry.recordedAt.getTime() ?? null;
}

/**
 * Whoever watches alerts of one status wants to hear of those, too, that have just left it. What an alert was once an entry had
 * its effect stands with the entry; with old ones it does not: there the alert as it is now must do.
 */
const isOrWas = (field: "status" | "severity", values: readonly string[] | undefined) =>
  values &&
  or(
    inArray(sql`coalesce(${alertTimeline[field]}, ${alerts[field]})`, [...values]),
    inArray(sql`${alertTimeline.changes} -> ${sql.raw(`'${field}'`)} ->> 'from'`, [...values]),
  );
