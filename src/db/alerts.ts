import { and, eq, inArray, sql } from "drizzle-orm";
import type { AlertFilter } from "../alerts/alert-filter.ts";
import type { EntryType } from "../alerts/model.ts";
import { seesNothing, type VisibleTeams } from "../lib/principal.ts";
import { alertColumns, type AlertRow, entryColumns } from "./actor-names.ts";
import { contentMatches } from "./alert-content.ts";
import {
  type AlertSort,
  fieldsOf,
  INDEXED,
  isOnPage,
  rowConditions,
  pageOrder,
  scopeOfFilter,
  selectMatching,
} from "./alert-page.ts";
import type { Database } from "./client.ts";
import { selectCounts } from "./index-merge.ts";
import { type Order, orderBy, type Position, type RowPosition } from "./keyset.ts";
import { mutedIs, SHOWN_ALERT, type ShownAlert } from "./muting.ts";
import { alerts, alertTimeline } from "./schema.ts";

export type { AlertRow } from "./actor-names.ts";

/** Lists the visible alerts. */
export async function listAlerts(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
  position: Position | RowPosition | null,
  limit: number,
  order: Order = "newest first",
  sort: AlertSort = "triggeredAt",
): Promise<ShownAlert[]> {
  if (seesNothing(visibleTeams)) return [];
  return db
    .select(SHOWN_ALERT)
    .from(alerts)
    .where(isOnPage(sort, order, visibleTeams, filter, position, limit))
    .orderBy(...pageOrder(sort, order));
}

/** The columns for an update, without the content, which may be long. */
const ref = {
  id: alerts.id,
  integrationId: alerts.integrationId,
  teamId: alerts.teamId,
  alertKey: alerts.alertKey,
};

export type AlertRef = Pick<AlertRow, keyof typeof ref>;

/** Lists the newest visible alerts without their content. */
export async function listAlertRefs(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
  limit: number,
): Promise<AlertRef[]> {
  if (seesNothing(visibleTeams)) return [];
  return db
    .select(ref)
    .from(alerts)
    .where(isOnPage("triggeredAt", "newest first", visibleTeams, filter, null, limit))
    .orderBy(...pageOrder("triggeredAt", "newest first"));
}

/** Finds the alerts with these ids, without their content. */
export const findAlertRefs = (db: Database, ids: readonly string[]): Promise<AlertRef[]> =>
  db
    .select(ref)
    .from(alerts)
    .where(inArray(alerts.id, [...ids]));

/** The number of alerts with a status and a severity; `isAtLeast`: counting stopped there. */
export interface AlertCount {
  status: AlertRow["status"];
  severity: AlertRow["severity"];
  count: number;
  isAtLeast: boolean;
}

/** Counting stops here for each status and severity. */
const MAX_COUNTED = 1000;

/** Counting stops here in a search. */
const MAX_FOUND = 2000;

/** The alerts that a filter matches, apart from its condition on mutes. */
export interface AlertCounts {
  /** Those that meet the condition. */
  counts: AlertCount[];
  /** Those that are muted. */
  muted: { count: number; isAtLeast: boolean };
}

interface CountedRow extends Record<string, unknown> {
  status: AlertRow["status"];
  severity: AlertRow["severity"];
  count: number;
  muted: number;
}

/** Counts the visible alerts by status and severity, and those that are muted. */
export async function countAlerts(db: Database, visibleTeams: VisibleTeams, filter: AlertFilter): Promise<AlertCounts> {
  if (seesNothing(visibleTeams)) return { counts: [], muted: { count: 0, isAtLeast: false } };
  const { rows } = await selectAlertCounts(db, visibleTeams, filter);
  return toAlertCounts(rows, filter);
}

/** The query of `countAlerts`, for a batch. */
export function selectAlertCounts(db: Database, visibleTeams: VisibleTeams, { muted: _, ...filter }: AlertFilter) {
  const scope = scopeOfFilter(visibleTeams, filter);
  const conditions = rowConditions(filter);
  const isMuted = mutedIs(true);
  return db.execute<CountedRow>(
    contentMatches(filter)
      ? sql`select ${alerts.status} as status, ${alerts.severity} as severity, count(*)::int as count,
          (count(*) filter (where ${isMuted}))::int as muted from ${alerts}
          where ${alerts.id} in (select found.id from (${selectMatching("newest first", scope, filter, conditions, MAX_FOUND + 1)}) as found)
          group by 1, 2`
      : sql`select status, severity, count, muted
          from (${selectCounts(INDEXED, scope, fieldsOf(filter), conditions, MAX_COUNTED + 1, isMuted)}) as counted(status, severity, count, muted)`,
  );
}

/** The counts of the rows of that query. */
export function toAlertCounts(rows: readonly CountedRow[], { muted, ...filter }: AlertFilter): AlertCounts {
  const isSearch = contentMatches(filter) !== undefined;
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  const isCut = (row: CountedRow) => (isSearch ? total > MAX_FOUND : row.count > MAX_COUNTED);
  const chosen = (row: CountedRow) => (muted === undefined ? row.count : muted ? row.muted : row.count - row.muted);
  const counts = rows.map((row) => ({
    status: row.status,
    severity: row.severity,
    count: Math.min(chosen(row), isSearch ? Infinity : MAX_COUNTED),
    isAtLeast: isCut(row),
  }));
  return {
    counts: counts.filter(({ count, isAtLeast }) => count > 0 || isAtLeast),
    muted: { count: rows.reduce((sum, row) => sum + row.muted, 0), isAtLeast: rows.some(isCut) },
  };
}

export async function findAlert(db: Database, id: string) {
  const [alert] = await selectAlert(db, id);
  return alert;
}

export const selectAlert = (db: Database, id: string) => db.select(SHOWN_ALERT).from(alerts).where(eq(alerts.id, id));

export const findAlerts = (db: Database, ids: readonly string[]) =>
  db
    .select(alertColumns)
    .from(alerts)
    .where(inArray(alerts.id, [...ids]));

/** Finds the alerts with these ids, as they are shown. */
export const findShownAlerts = (db: Database, ids: readonly string[]): Promise<ShownAlert[]> =>
  db
    .select(SHOWN_ALERT)
    .from(alerts)
    .where(inArray(alerts.id, [...ids]));

/**
 * Lists the timeline of an alert in the order of its versions. The position is sorted by version.
 * @param types undefined: all
 */
export function listAlertTimeline(
  db: Database,
  alertId: string,
  types: readonly EntryType[] | undefined,
  order: Order,
  position: Position | null,
  limit: number,
) {
  return db
    .select(entryColumns)
    .from(alertTimeline)
    .where(
      and(
        eq(alertTimeline.alertId, alertId),
        types && inArray(alertTimeline.type, [...types]),
        position
          ? sql`(${alertTimeline.version}, ${alertTimeline.id}) ${sql.raw(order === "newest first" ? "<" : ">")}
              (${position.sortedBy}::integer, ${position.id}::uuid)`
          : undefined,
      ),
    )
    .orderBy(...orderBy(order, alertTimeline.version, alertTimeline.id))
    .limit(limit);
}
