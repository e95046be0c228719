/**
 * Deletes expired rows in batches. A batch finds the oldest rows in one short range of each index, and skips locked rows. Which rows are
 * expired is in src/api/retention.ts.
 */
import { type SQL, sql } from "drizzle-orm";
import { step, type Step } from "./steps.ts";
import { alertTimeline, alerts, auditEvents, webhookDeliveries } from "./schema.ts";

/** A range of time. A later batch starts where the one before ended, and need not skip the rows deleted there. */
export interface TimeRange {
  from: Date;
  before: Date;
}

/** Rows that one step deletes: with `npm run bench -- retention` it has no effect on ingest and lists. */
export const STEP_ROWS = 1000;

/** Continues a job after a step. @param next start of the next range; null: no expired row is left */
type Continue = (next: Date | null) => Step | null;

/** Timeline entries that a batch of alerts deletes; one alert may have more. */
const MAX_TIMELINE_ENTRIES = 5000;

const isInRange = (time: SQL, { from, before }: TimeRange): SQL =>
  sql`${time} >= ${from.toISOString()}::timestamptz and ${time} < ${before.toISOString()}::timestamptz`;

/** Deletes deliveries received in a range of time, the oldest first. */
export function deleteDeliveries(range: TimeRange, limit = STEP_ROWS): Step {
  const { status, receivedAt, id } = webhookDeliveries;
  return deleteOldest(
    "deliveries",
    sql`${webhookDeliveries}`,
    sql`select oldest.id, oldest.at from unnest(enum_range(null::delivery_status)) as outcome (status), lateral (
        select ${id} as id, ${receivedAt} as at from ${webhookDeliveries}
        where ${status} = outcome.status and ${isInRange(sql`${receivedAt}`, range)}
        order by ${receivedAt}, ${id} limit ${limit}
      ) as oldest order by oldest.at, oldest.id limit ${limit}`,
    limit,
    (next) => next && deleteDeliveries({ ...range, from: next }, limit),
  );
}

/** Deletes audit events of a range of time, the oldest first. */
export function deleteAuditEvents(range: TimeRange, limit = STEP_ROWS): Step {
  const { createdAt, id } = auditEvents;
  return deleteOldest(
    "auditEvents",
    sql`${auditEvents}`,
    sql`select ${id} as id, ${createdAt} as at from ${auditEvents} where ${isInRange(sql`${createdAt}`, range)}
      order by ${createdAt}, ${id} limit ${limit}`,
    limit,
    (next) => next && deleteAuditEvents({ ...range, from: next }, limit),
  );
}

function deleteOldest(job: string, table: SQL, oldest: SQL, limit: number, goOn: Continue): Step {
  const deletion = sql`
    with expired as materialized (${oldest}), removed as (
      delete from ${table} where id in (
        select id from ${table} where id in (select id from expired) for update skip locked
      ) returning id
    ) select count(*)::int as found, max(at) as last, (select count(*)::int from removed) as deleted from expired`;
  type Row = { found: number; deleted: number; last: string | null };
  return step(
    job,
    (db) => [db.execute<Row>(deletion)],
    ([{ rows }]) => {
      const { found = 0, deleted = 0, last = null } = rows[0] ?? {};
      return { count: deleted, next: goOn(nextStart(found, limit, last)) };
    },
  );
}

const nextStart = (found: number, limit: number, last: string | null): Date | null =>
  found < limit || last === null ? null : new Date(last);

/**
 * Deletes alerts that were triggered in a range of time, are resolved or closed, and have not changed since its end, the oldest first. The
 * timeline of an alert is deleted before the alert.
 */
export function deleteAlerts(range: TimeRange, limit = STEP_ROWS): Step {
  const { id, status, severity, triggeredAt, updatedAt } = alerts;
  const isExpired = sql`${status} in ('RESOLVED', 'CLOSED') and ${updatedAt} < ${range.before.toISOString()}::timestamptz`;
  const oldest = sql`select oldest.id, oldest.at from unnest('{RESOLVED,CLOSED}'::alert_status[]) as ending (status),
      unnest(enum_range(null::alert_severity)) as rank (severity), lateral (
        select ${id} as id, ${triggeredAt} as at from ${alerts}
        where ${status} = ending.status and ${severity} = rank.severity and ${isInRange(sql`${triggeredAt}`, range)} and ${isExpired}
        order by ${triggeredAt}, ${id} limit ${limit}
      ) as oldest order by oldest.at, oldest.id limit ${limit}`;
  // Checked again under the lock: an alert that was reopened since the first check stays.
  const locked = (ids: SQL) =>
    sql`select ${id} from ${alerts} where ${id} in (${ids}) and ${isExpired} for update skip locked`;
  const deleteEntries = sql`
    with expired as materialized (${oldest}), held as materialized (${locked(sql`select id from expired`)}), removed as (
      delete from ${alertTimeline} where id in (
        select entry.id from held join ${alertTimeline} as entry on entry.alert_id = held.id limit ${MAX_TIMELINE_ENTRIES}
      ) returning id
    ) select count(*)::int as found, max(at) as last, (select count(*)::int from removed) as entries from expired`;
  const deleteRows = sql`delete from ${alerts} where ${id} in (${locked(sql`select id from (${oldest}) as expired`)})
    and not exists (select 1 from ${alertTimeline} where ${alertTimeline.alertId} = ${id})`;
  type Row = { found: number; entries: number; last: string | null };
  return step(
    "alerts",
    (db) => [db.execute<Row>(deleteEntries), db.execute(deleteRows)],
    ([{ rows }, { rowCount }]) => {
      const { found = 0, entries = 0, last = null } = rows[0] ?? {};
      // An alert with a longer timeline stays, so the next step must find it again.
      const next = entries === MAX_TIMELINE_ENTRIES ? range.from : nextStart(found, limit, last);
      return { count: rowCount, next: next && deleteAlerts({ ...range, from: next }, limit) };
    },
  );
}
