import { and, asc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { AlertFilter } from "../alerts/alert-filter.ts";
import { seesNothing, type VisibleTeams } from "../lib/principal.ts";
import { alertColumns, entryColumns } from "./actor-names.ts";
import { contentMatches } from "./alert-content.ts";
import type { Database } from "./client.ts";
import { mutedIs, SHOWN_ALERT, type ShownAlert } from "./muting.ts";
import { isAfter, type Order, orderBy, type Position, type RowPosition } from "./keyset.ts";
import { alertTimeline, alerts, alertSeverity, alertStatus } from "./schema.ts";
import {
  type Field,
  type IndexedTable,
  type Scope,
  scopeConditions,
  scopeOf,
  selectCounts,
  selectFirst,
} from "./index-merge.ts";

export type AlertRow = typeof alerts.$inferSelect;

export const INDEXED: IndexedTable = {
  table: alerts,
  id: alerts.id,
  time: alerts.triggeredAt,
  teamId: alerts.teamId,
  integrationId: alerts.integrationId,
};

const fieldsOf = ({ status, severity }: AlertFilter): Field[] => [
  { column: alerts.status, type: alertStatus, values: status },
  { column: alerts.severity, type: alertSeverity, values: severity },
];

/** Whether the filter leaves few alerts: most alerts are resolved. */
const isFewRows = ({ status }: AlertFilter): boolean =>
  status?.every((one) => one === "OPEN" || one === "ACKNOWLEDGED") ?? false;

/** Without a filter, a scope needs only one range of its index by time. */
const rangeFields = (filter: AlertFilter): Field[] => (filter.status || filter.severity ? fieldsOf(filter) : []);

const isTriggered = ({ since, until }: AlertFilter): SQL | undefined =>
  and(since && gte(alerts.triggeredAt, since), until && lt(alerts.triggeredAt, until));

/** Lists the visible alerts by the time they were triggered. */
export async function listAlerts(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
  position: Position | RowPosition | null,
  limit: number,
  order: Order = "newest first",
): Promise<ShownAlert[]> {
  if (seesNothing(visibleTeams)) return [];
  return db
    .select(SHOWN_ALERT)
    .from(alerts)
    .where(isOnPage(order, visibleTeams, filter, position, limit))
    .orderBy(...orderBy(order, alerts.triggeredAt, alerts.id));
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
    .where(isOnPage("newest first", visibleTeams, filter, null, limit))
    .orderBy(...orderBy("newest first", alerts.triggeredAt, alerts.id));
}

/** Finds the alerts with these ids, without their content. */
export const findAlertRefs = (db: Database, ids: readonly string[]): Promise<AlertRef[]> =>
  db
    .select(ref)
    .from(alerts)
    .where(inArray(alerts.id, [...ids]));

/** The alerts on the page after a position. */
function isOnPage(
  order: Order,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
  position: Position | RowPosition | null,
  limit: number,
): SQL {
  const scope = scopeOf(visibleTeams, filter.integrationId);
  const conditions = and(
    isTriggered(filter),
    isAfter(order, alerts.triggeredAt, alerts.id, position),
    mutedIs(filter.muted),
  );
  const isSearch = contentMatches(filter) !== undefined && !isFewRows(filter);
  const page = isSearch
    ? selectMatching(order, scope, filter, conditions, limit)
    : selectFirst(order, INDEXED, scope, rangeFields(filter), and(conditions, contentMatches(filter, true)), limit);
  return inArray(alerts.id, sql`(select page.id from (${page}) as page)`);
}

/**
 * Selects the first alerts whose content matches. Common content is found soon by time, rare content by the content indexes.
 * It is one query, so that the planner can choose.
 */
const selectMatching = (
  order: Order,
  scope: Scope,
  filter: AlertFilter,
  conditions: SQL | undefined,
  limit: number,
): SQL => sql`
  select ${alerts.id} as id, ${alerts.status} as status, ${alerts.severity} as severity from ${alerts}
  where ${and(...scopeConditions(INDEXED, scope, fieldsOf(filter)), conditions, contentMatches(filter, isFewRows(filter)))}
  order by ${sql.join(orderBy(order, alerts.triggeredAt, alerts.id), sql`, `)} limit ${limit}`;

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

/** Counts the visible alerts by status and severity. */
export async function countAlerts(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
): Promise<AlertCount[]> {
  if (seesNothing(visibleTeams)) return [];
  const scope = scopeOf(visibleTeams, filter.integrationId);
  const conditions = and(isTriggered(filter), mutedIs(filter.muted));
  type Row = { status: AlertRow["status"]; severity: AlertRow["severity"]; count: number; total?: number };
  if (contentMatches(filter)) {
    const { rows } = await db.execute<
      Row & { total: number }
    >(sql`select status, severity, count(*)::int as count, (sum(count(*)) over ())::int as total
      from (${selectMatching("newest first", scope, filter, conditions, MAX_FOUND + 1)}) as found group by status, severity`);
    return rows.map(({ total, ...row }) => ({ ...row, isAtLeast: total > MAX_FOUND }));
  }
  const { rows } = await db.execute<Row>(
    sql`select status, severity, count from (${selectCounts(INDEXED, scope, fieldsOf(filter), conditions, MAX_COUNTED + 1)})
      as counted(status, severity, count)`,
  );
  return rows.map((row) => ({ ...row, count: Math.min(row.count, MAX_COUNTED), isAtLeast: row.count > MAX_COUNTED }));
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

/** Lists the timeline of an alert, the oldest entries first. The position is sorted by version. */
export function listAlertTimeline(db: Database, alertId: string, position: Position | null, limit: number) {
  return db
    .select(entryColumns)
    .from(alertTimeline)
    .where(
      and(
        eq(alertTimeline.alertId, alertId),
        position
          ? sql`(${alertTimeline.version}, ${alertTimeline.id}) > (${position.sortedBy}::integer, ${position.id}::uuid)`
          : undefined,
      ),
    )
    .orderBy(asc(alertTimeline.version), asc(alertTimeline.id))
    .limit(limit);
}
