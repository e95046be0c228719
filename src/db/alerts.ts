import { and, asc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { VisibleTeams } from "../lib/principal.ts";
import { contentMatches, type ContentFilter } from "./alert-content.ts";
import type { Database } from "./client.ts";
import { type After, beyond, type Order, ordered } from "./keyset.ts";
import { alertTimeline, alerts, alertSeverity, alertStatus } from "./schema.ts";
import { counts, type Field, first, type Scope, type Streams, within } from "./index-merge.ts";

export type AlertRow = typeof alerts.$inferSelect;

/** Every condition that is given must hold. */
export interface AlertFilter extends ContentFilter {
  status?: AlertRow["status"][] | undefined;
  severity?: AlertRow["severity"][] | undefined;
  integrationId?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

const STREAMS: Streams = {
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

/** Unresolved alerts are few beside all that ever were. */
const areFew = ({ status }: AlertFilter): boolean =>
  status?.every((one) => one === "OPEN" || one === "ACKNOWLEDGED") ?? false;

/** Unfiltered, they lie in one stream each: a scope has an index by time alone, too. */
const streamFields = (filter: AlertFilter): Field[] => (filter.status || filter.severity ? fieldsOf(filter) : []);

const triggered = ({ since, until }: AlertFilter): SQL | undefined =>
  and(since && gte(alerts.triggeredAt, since), until && lt(alerts.triggeredAt, until));

/** Alerts within visibleTeams, by when they were triggered; the latest first, unless otherwise asked for. */
export async function listAlerts(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
  after: After | null,
  limit: number,
  order: Order = "newest first",
): Promise<AlertRow[]> {
  if (visibleTeams.length === 0) return [];
  return db
    .select()
    .from(alerts)
    .where(isOnPage(order, visibleTeams, filter, after, limit))
    .orderBy(...ordered(order, alerts.triggeredAt, alerts.id));
}

/** What it takes to move an alert on: without what it says, which may be long. */
const ref = {
  id: alerts.id,
  integrationId: alerts.integrationId,
  teamId: alerts.teamId,
  alertKey: alerts.alertKey,
};

export type AlertRef = Pick<AlertRow, keyof typeof ref>;

/** As listAlerts, from its beginning, without what the alerts say. */
export async function listAlertRefs(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
  limit: number,
): Promise<AlertRef[]> {
  if (visibleTeams.length === 0) return [];
  return db
    .select(ref)
    .from(alerts)
    .where(isOnPage("newest first", visibleTeams, filter, null, limit))
    .orderBy(...ordered("newest first", alerts.triggeredAt, alerts.id));
}

/** The alerts with these ids, as many as there are, without what they say. */
export const findAlertRefs = (db: Database, ids: readonly string[]): Promise<AlertRef[]> =>
  db
    .select(ref)
    .from(alerts)
    .where(inArray(alerts.id, [...ids]));

/** The first alerts that match, behind a place. */
function isOnPage(
  order: Order,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
  after: After | null,
  limit: number,
): SQL {
  const scope = { visibleTeams, integrationId: filter.integrationId };
  const place = and(triggered(filter), beyond(order, alerts.triggeredAt, alerts.id, after));
  const isSearch = contentMatches(filter) !== undefined && !areFew(filter);
  const page = isSearch
    ? matching(order, scope, filter, place, limit)
    : first(order, STREAMS, scope, streamFields(filter), and(place, contentMatches(filter, true)), limit);
  return inArray(alerts.id, sql`(select page.id from (${page}) as page)`);
}

/**
 * The first alerts that say something. What many say is soon found among the first, what few say by the indexes of words
 * and labels; Postgres knows which, so it is asked in one piece.
 */
const matching = (order: Order, scope: Scope, filter: AlertFilter, place: SQL | undefined, limit: number): SQL => sql`
  select ${alerts.id} as id, ${alerts.status} as status, ${alerts.severity} as severity from ${alerts}
  where ${and(...within(STREAMS, scope, fieldsOf(filter)), place, contentMatches(filter, areFew(filter)))}
  order by ${sql.join(ordered(order, alerts.triggeredAt, alerts.id), sql`, `)} limit ${limit}`;

/** How many alerts there are of a status and a severity; more than that where counting stopped. */
export interface AlertCount {
  status: AlertRow["status"];
  severity: AlertRow["severity"];
  count: number;
  isAtLeast: boolean;
}

/** Of each kind so many are counted. */
const MAX_COUNTED = 1000;

/** Of a search so many are counted, the newest. */
const MAX_FOUND = 2000;

/** How many alerts within visibleTeams match, by status and severity. */
export async function countAlerts(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
): Promise<AlertCount[]> {
  if (visibleTeams.length === 0) return [];
  const scope = { visibleTeams, integrationId: filter.integrationId };
  const place = triggered(filter);
  type Row = { status: AlertRow["status"]; severity: AlertRow["severity"]; count: number; total?: number };
  if (contentMatches(filter)) {
    const { rows } = await db.execute<
      Row & { total: number }
    >(sql`select status, severity, count(*)::int as count, (sum(count(*)) over ())::int as total
      from (${matching("newest first", scope, filter, place, MAX_FOUND + 1)}) as found group by status, severity`);
    return rows.map(({ total, ...row }) => ({ ...row, isAtLeast: total > MAX_FOUND }));
  }
  const { rows } = await db.execute<Row>(
    sql`select status, severity, count from (${counts(STREAMS, scope, fieldsOf(filter), place, MAX_COUNTED + 1)})
      as counted(status, severity, count)`,
  );
  return rows.map((row) => ({ ...row, count: Math.min(row.count, MAX_COUNTED), isAtLeast: row.count > MAX_COUNTED }));
}

/** The alert with this id, if there is one. */
export async function findAlert(db: Database, id: string) {
  const [alert] = await selectAlert(db, id);
  return alert;
}

/** The query for the alert with this id. */
export const selectAlert = (db: Database, id: string) => db.select().from(alerts).where(eq(alerts.id, id));

/** The alerts with these ids, as many as there are. */
export const findAlerts = (db: Database, ids: readonly string[]) =>
  db
    .select()
    .from(alerts)
    .where(inArray(alerts.id, [...ids]));

/** What happened to an alert, in the order in which it took effect. */
export function listAlertTimeline(db: Database, alertId: string, after: After | null, limit: number) {
  return db
    .select()
    .from(alertTimeline)
    .where(
      and(
        eq(alertTimeline.alertId, alertId),
        after
          ? sql`(${alertTimeline.version}, ${alertTimeline.id}) > (${after.sortedBy}::integer, ${after.id}::uuid)`
          : undefined,
      ),
    )
    .orderBy(asc(alertTimeline.version), asc(alertTimeline.id))
    .limit(limit);
}
