/** The pages of the alert list: one query for each way to sort it. */
import { and, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import { type AlertFilter, integrationsOf } from "../alerts/alert-filter.ts";
import { SEVERITIES, type Severity } from "../alerts/model.ts";
import type { VisibleTeams } from "../lib/principal.ts";
import { contentMatches, hasIndexedContent } from "./alert-content.ts";
import {
  directed,
  isAfter,
  isOneOf,
  type Order,
  orderBy,
  type Position,
  reverseOf,
  type RowPosition,
} from "./keyset.ts";
import {
  type Field,
  type IndexedTable,
  isEverything,
  type Scope,
  scopeConditions,
  scopeOf,
  selectFirst,
  valueOf,
} from "./index-merge.ts";
import { mutedIs } from "./muting.ts";
import { alerts, alertSeverity, alertStatus } from "./schema.ts";

/** What the list can be sorted by: the latest triggered, the last seen, or the most severe first, and then the latest triggered. */
export const ALERT_SORTS = ["triggeredAt", "lastSeenAt", "severity"] as const;
export type AlertSort = (typeof ALERT_SORTS)[number];

export const INDEXED: IndexedTable = {
  table: alerts,
  id: alerts.id,
  time: alerts.triggeredAt,
  teamId: alerts.teamId,
  integrationId: alerts.integrationId,
};

const BY_LAST_SEEN: IndexedTable = { ...INDEXED, time: alerts.lastSeenAt, hour: alerts.lastSeenHour };

export const fieldsOf = ({ status, severity }: AlertFilter): Field[] => [
  { column: alerts.status, type: alertStatus, values: status },
  { column: alerts.severity, type: alertSeverity, values: severity },
];

/** The number of the severity among the fields. */
const SEVERITY = 1;

/** Whether the filter leaves few alerts: most alerts are resolved. */
const isFewRows = ({ status }: AlertFilter): boolean =>
  status?.every((one) => one === "OPEN" || one === "ACKNOWLEDGED") ?? false;

/** The conditions of a filter that need neither a range of an index nor the content. */
export const rowConditions = ({ since, until, muted }: AlertFilter): SQL | undefined =>
  and(since && gte(alerts.triggeredAt, since), until && lt(alerts.triggeredAt, until), mutedIs(muted));

export const scopeOfFilter = (visibleTeams: VisibleTeams, filter: AlertFilter): Scope =>
  scopeOf(visibleTeams, integrationsOf(filter));

/** The alerts on the page after a position. */
export function isOnPage(
  sort: AlertSort,
  order: Order,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
  position: Position | RowPosition | null,
  limit: number,
): SQL {
  const page = selectPage(sort, order, visibleTeams, filter, position, limit);
  return inArray(alerts.id, sql`(select page.id from (${page}) as page)`);
}

/** Selects the `id` of the alerts on the page after a position. */
export const selectPage = (
  sort: AlertSort,
  order: Order,
  visibleTeams: VisibleTeams,
  filter: AlertFilter,
  position: Position | RowPosition | null,
  limit: number,
): SQL => PAGES[sort](order, scopeOfFilter(visibleTeams, filter), filter, position, limit);

/** The ORDER BY expressions of a page. */
export function pageOrder(sort: AlertSort, order: Order): SQL[] {
  if (sort === "lastSeenAt") return orderBy(order, alerts.lastSeenAt, alerts.id);
  const byTime = orderBy(order, alerts.triggeredAt, alerts.id);
  // The severities of the enum start with CRITICAL.
  return sort === "severity" ? [directed(reverseOf(order), alerts.severity), ...byTime] : byTime;
}

const PAGES: Record<
  AlertSort,
  (order: Order, scope: Scope, filter: AlertFilter, position: Position | RowPosition | null, limit: number) => SQL
> = { triggeredAt: selectByTriggered, lastSeenAt: selectByLastSeen, severity: selectBySeverity };

function selectByTriggered(
  order: Order,
  scope: Scope,
  filter: AlertFilter,
  position: Position | RowPosition | null,
  limit: number,
): SQL {
  const conditions = and(rowConditions(filter), isAfter(order, alerts.triggeredAt, alerts.id, position));
  if (hasIndexedContent(filter) && !isFewRows(filter)) return selectMatching(order, scope, filter, conditions, limit);
  // Without a filter, a scope needs only one range of its index by time.
  const fields = filter.status || filter.severity ? fieldsOf(filter) : [];
  return selectFirst(order, INDEXED, scope, fields, and(conditions, contentMatches(filter, true)), limit);
}

/**
 * Selects the first alerts whose content matches. Common content is found soon by time, rare content by the content indexes.
 * It is one query, so that the planner can choose.
 */
export const selectMatching = (
  order: Order,
  scope: Scope,
  filter: AlertFilter,
  conditions: SQL | undefined,
  limit: number,
): SQL => sql`
  select ${alerts.id} as id, ${alerts.status} as status, ${alerts.severity} as severity from ${alerts}
  where ${and(...scopeConditions(INDEXED, scope, fieldsOf(filter)), conditions, contentMatches(filter, isFewRows(filter)))}
  order by ${sql.join(orderBy(order, alerts.triggeredAt, alerts.id), sql`, `)} limit ${limit}`;

function selectByLastSeen(
  order: Order,
  scope: Scope,
  filter: AlertFilter,
  position: Position | RowPosition | null,
  limit: number,
): SQL {
  const { lastSeenAt, lastSeenHour, id } = alerts;
  const values = fieldsOf(filter).map(({ column, values: some }) => isOneOf(column, some));
  const conditions = and(
    ...values,
    rowConditions(filter),
    // The condition of the index for all alerts.
    isEverything(scope) ? sql`${lastSeenHour} > '-infinity'` : undefined,
    isAfter(order, lastSeenAt, id, position),
    // The indexes have only the hour.
    position && "sortedBy" in position
      ? sql`${lastSeenHour} ${sql.raw(order === "newest first" ? "<=" : ">=")} ${hourOf(position)}`
      : undefined,
    contentMatches(filter),
  );
  return selectFirst(order, BY_LAST_SEEN, scope, [], conditions, limit);
}

const hourOf = ({ sortedBy }: Position): SQL =>
  sql`date_bin('1 hour', ${new Date(sortedBy).toISOString()}::timestamptz, timestamptz '2000-01-01 00:00:00Z')`;

/** Merges the index ranges from the severity of the position on. Only the range with that severity starts at the position. */
function selectBySeverity(
  order: Order,
  scope: Scope,
  filter: AlertFilter,
  position: Position | RowPosition | null,
  limit: number,
): SQL {
  const start = position && "sortedBy" in position ? position : null;
  const severities = (filter.severity ?? SEVERITIES).filter((severity) => !start || !isBefore(order, severity, start));
  const conditions = and(
    rowConditions(filter),
    start ? isAfterInSeverity(order, start) : undefined,
    contentMatches(filter),
  );
  return selectFirst(order, INDEXED, scope, fieldsOf({ ...filter, severity: severities }), conditions, limit, SEVERITY);
}

function isBefore(order: Order, severity: Severity, { rank = severity }: Position): boolean {
  const severities: readonly string[] = SEVERITIES;
  const distance = severities.indexOf(severity) - severities.indexOf(rank);
  return order === "newest first" ? distance < 0 : distance > 0;
}

function isAfterInSeverity(order: Order, { rank = "", sortedBy, id }: Position): SQL {
  const [sign, time, lastId] =
    order === "newest first"
      ? ["<", "infinity", "ffffffff-ffff-ffff-ffff-ffffffffffff"]
      : [">", "-infinity", "00000000-0000-0000-0000-000000000000"];
  const isStart = sql`${valueOf(SEVERITY)}::text = ${rank}`;
  return sql`(${alerts.triggeredAt}, ${alerts.id}) ${sql.raw(sign)} (
    case when ${isStart} then ${new Date(sortedBy).toISOString()}::timestamptz else ${time}::timestamptz end,
    case when ${isStart} then ${id}::uuid else ${lastId}::uuid end)`;
}
