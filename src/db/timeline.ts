/**
 * The timeline entries of all alerts, in an order in which a reader never misses one. Values of a sequence do not become
 * visible in their order. So each entry carries the id of its transaction, and readers see only entries below the first
 * transaction that is still in progress. https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 */
import { and, asc, eq, gte, inArray, lt, or, sql } from "drizzle-orm";
import { integrationsOf, type TimelineFilter } from "../alerts/alert-filter.ts";
import { isUuid } from "../lib/ids.ts";
import type { VisibleTeams } from "../lib/principal.ts";
import { entryColumns } from "./actor-names.ts";
import { contentMatches } from "./alert-content.ts";
import type { Database } from "./client.ts";
import { isOneOf, isVisible } from "./keyset.ts";
import { mutedIs, SHOWN_ALERT } from "./muting.ts";
import { alertTimeline, alerts } from "./schema.ts";

/** The position of the last entry that was read. */
export interface TimelineCursor {
  /** The transaction that wrote the entry. */
  xid: bigint;
  version: number;
  id: string;
}

/** The cursor before the first entry. */
export const BEGINNING: TimelineCursor = { xid: 0n, version: 0, id: "00000000-0000-0000-0000-000000000000" };

/** A cursor as text. */
export const cursorText = ({ xid, version, id }: TimelineCursor): string => `${xid}.${version}.${id}`;

/** A cursor from its text; null: the text is not a cursor. */
export function parseCursor(text: string): TimelineCursor | null {
  const [, xid, version, id] = /^(\d{1,19})\.(\d{1,9})\.([0-9a-f-]{36})$/i.exec(text) ?? [];
  if (xid === undefined || id === undefined || !(isUuid(id) || /^[0-]{36}$/.test(id))) return null;
  return { xid: BigInt(xid), version: Number(version), id };
}

/** The order of the timeline: negative if `a` comes before `b`. */
export function compareCursors(a: TimelineCursor, b: TimelineCursor): number {
  if (a.xid !== b.xid) return a.xid < b.xid ? -1 : 1;
  return a.version - b.version || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/**
 * The query for the horizon, which is the first transaction in progress, or the next one if there is none; and for the next
 * transaction, which has not begun.
 */
export const selectHorizon = (db: Database) =>
  db.execute<{ horizon: string; next: string }>(sql`
    select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, pg_snapshot_xmax(pg_current_snapshot())::text as next`);

/** The cursor before every entry of this transaction and later ones. */
export const cursorBefore = (xid: string): TimelineCursor => ({ ...BEGINNING, xid: BigInt(xid) });

/** The cursor after every entry that can be read now. */
export async function latestCursor(db: Database): Promise<TimelineCursor> {
  const { rows } = await selectHorizon(db);
  return cursorBefore(rows[0]?.horizon ?? "0");
}

/**
 * Lists the entries after a cursor, each with its alert as it is now.
 * @param snoozes "with snoozes": also the visible entries that change a snooze and do not match the filter
 * @returns `nextCursor`: where to continue; `hasMore`: the limit was reached, so there may be more entries; `nextXid`: the
 * transaction before which all committed entries are expected
 */
export async function listTimeline(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: TimelineFilter,
  cursor: TimelineCursor,
  limit: number,
  snoozes?: "with snoozes",
) {
  const position = sql`(${alertTimeline.recordedXid}, ${alertTimeline.version}, ${alertTimeline.id})`;
  const [{ rows: horizons }, entries] = await db.batch([
    selectHorizon(db),
    db
      .select({ entry: entryColumns, alert: SHOWN_ALERT })
      .from(alertTimeline)
      .innerJoin(alerts, eq(alerts.id, alertTimeline.alertId))
      .where(
        and(
          sql`${position} > (${String(cursor.xid)}::xid8, ${cursor.version}::integer, ${cursor.id}::uuid)`,
          sql`${alertTimeline.recordedXid} < pg_snapshot_xmin(pg_current_snapshot())`,
          isVisible(alerts, visibleTeams),
          snoozes ? or(matches(filter), CHANGES_SNOOZE) : matches(filter),
        ),
      )
      .orderBy(asc(alertTimeline.recordedXid), asc(alertTimeline.version), asc(alertTimeline.id))
      .limit(limit),
  ]);
  const last = entries.at(-1)?.entry;
  const lastCursor = last && { xid: BigInt(last.recordedXid), version: last.version, id: last.id };
  const horizon = cursorBefore(horizons[0]?.horizon ?? "0");
  const hasMore = entries.length === limit;
  const nextCursor = lastCursor && (hasMore || lastCursor.xid >= horizon.xid) ? lastCursor : horizon;
  return { entries, nextCursor, hasMore, nextXid: BigInt(horizons[0]?.next ?? "0") };
}

/** Finds an entry with its alert as it is now, if one of these teams sees it. */
export async function findTimelineEntry(db: Database, id: string, visibleTeams: VisibleTeams) {
  const [item] = await db
    .select({ entry: entryColumns, alert: SHOWN_ALERT })
    .from(alertTimeline)
    .innerJoin(alerts, eq(alerts.id, alertTimeline.alertId))
    .where(and(eq(alertTimeline.id, id), isVisible(alerts, visibleTeams)));
  return item;
}

/** Finds entries by their ids, each with its alert as it is now. */
export const findTimelineEntries = (db: Database, ids: readonly string[]) =>
  db
    .select({ entry: entryColumns, alert: SHOWN_ALERT })
    .from(alertTimeline)
    .innerJoin(alerts, eq(alerts.id, alertTimeline.alertId))
    .where(inArray(alertTimeline.id, [...ids]));

/** Finds the entries that resolved or closed these alerts, in the order of their versions, each with its alert as it is now. */
export const findEndings = (db: Database, alertIds: readonly string[]) =>
  db
    .select({ entry: entryColumns, alert: SHOWN_ALERT })
    .from(alertTimeline)
    .innerJoin(alerts, eq(alerts.id, alertTimeline.alertId))
    .where(and(inArray(alertTimeline.alertId, [...alertIds]), inArray(alertTimeline.type, ["RESOLVED", "CLOSED"])))
    .orderBy(asc(alertTimeline.version));

/** Always true or false: `or` with undefined would drop it. */
const matches = (filter: TimelineFilter) =>
  and(
    sql`true`,
    isOneOf(alerts.integrationId, integrationsOf(filter)),
    filter.type && inArray(alertTimeline.type, [...filter.type]),
    isOrWas("status", filter.status),
    isOrWas("severity", filter.severity),
    filter.since && gte(alerts.triggeredAt, filter.since),
    filter.until && lt(alerts.triggeredAt, filter.until),
    contentMatches(filter),
    isOrWasMuted(filter.muted),
  );

const CHANGES_SNOOZE = sql`${alertTimeline.changes} ? 'snoozedUntil'`;

/** Entries after which the alert had one of these values, or before which it had: a reader must see alerts leave the filter. */
const isOrWas = (field: "status" | "severity", values: readonly string[] | undefined) =>
  or(
    isOneOf(sql`${alertTimeline[field]}`, values),
    isOneOf(sql`${alertTimeline.changes} -> ${sql.raw(`'${field}'`)} ->> 'from'`, values),
  );

/** Entries of alerts that are muted, or are not; and entries that may have changed it, as `matchesEntry` does. */
const isOrWasMuted = (muted: boolean | undefined) =>
  muted === undefined
    ? undefined
    : or(mutedIs(muted), CHANGES_SNOOZE, sql`${alertTimeline.changes} -> 'severity' ->> 'from' is not null`);
