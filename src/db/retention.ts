/**
 * Deletes expired rows in batches. A batch finds the oldest rows in one short range of each index, skips locked rows, and has
 * a statement timeout. Which rows are expired is in src/api/retention.ts.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { alertTimeline, alerts, auditEvents, webhookDeliveries } from "./schema.ts";

/** A range of time. A later batch starts where the one before ended, and need not skip the rows deleted there. */
export interface TimeRange {
  from: Date;
  before: Date;
}

export interface DeleteBatch {
  deleted: number;
  /** Where the next batch starts; null: no expired row is left. */
  next: Date | null;
}

/** Less than the timeout of the HTTP request. */
const SET_TIMEOUT = sql`set local statement_timeout = '10s'`;

/** Timeline entries that a batch of alerts deletes; one alert may have more. */
const MAX_TIMELINE_ENTRIES = 5000;

const isInRange = (time: SQL, { from, before }: TimeRange): SQL =>
  sql`${time} >= ${from.toISOString()}::timestamptz and ${time} < ${before.toISOString()}::timestamptz`;

/** Deletes up to `limit` deliveries received in a range of time, the oldest first. */
export async function deleteDeliveries(db: Database, range: TimeRange, limit: number): Promise<DeleteBatch> {
  const { status, receivedAt, id } = webhookDeliveries;
  return deleteOldest(
    db,
    sql`${webhookDeliveries}`,
    sql`select oldest.id, oldest.at from unnest(enum_range(null::delivery_status)) as outcome (status), lateral (
        select ${id} as id, ${receivedAt} as at from ${webhookDeliveries}
        where ${status} = outcome.status and ${isInRange(sql`${receivedAt}`, range)}
        order by ${receivedAt}, ${id} limit ${limit}
      ) as oldest order by oldest.at, oldest.id limit ${limit}`,
    limit,
  );
}

/** Deletes up to `limit` audit events of a range of time, the oldest first. */
export async function deleteAuditEvents(db: Database, range: TimeRange, limit: number): Promise<DeleteBatch> {
  const { createdAt, id } = auditEvents;
  return deleteOldest(
    db,
    sql`${auditEvents}`,
    sql`select ${id} as id, ${createdAt} as at from ${auditEvents} where ${isInRange(sql`${createdAt}`, range)}
      order by ${createdAt}, ${id} limit ${limit}`,
    limit,
  );
}

async function deleteOldest(db: Database, table: SQL, oldest: SQL, limit: number): Promise<DeleteBatch> {
  const [, { rows }] = await db.batch([
    db.execute(SET_TIMEOUT),
    db.execute<{ found: number; deleted: number; last: string | null }>(sql`
      with expired as materialized (${oldest}), removed as (
        delete from ${table} where id in (
          select id from ${table} where id in (select id from expired) for update skip locked
        ) returning id
      ) select count(*)::int as found, max(at) as last, (select count(*)::int from removed) as deleted from expired`),
  ]);
  const { found = 0, deleted = 0, last = null } = rows[0] ?? {};
  return { deleted, next: found < limit || last === null ? null : new Date(last) };
}

/**
 * Deletes up to `limit` alerts that were triggered in a range of time, are resolved or closed, and have not changed since its
 * end, the oldest first. The timeline of an alert is deleted before the alert.
 */
export async function deleteAlerts(db: Database, range: TimeRange, limit: number): Promise<DeleteBatch> {
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
  const [, { rows }, { rowCount }] = await db.batch([
    db.execute(SET_TIMEOUT),
    db.execute<{ found: number; entries: number; last: string | null }>(sql`
      with expired as materialized (${oldest}), held as materialized (${locked(sql`select id from expired`)}), removed as (
        delete from ${alertTimeline} where id in (
          select entry.id from held join ${alertTimeline} as entry on entry.alert_id = held.id limit ${MAX_TIMELINE_ENTRIES}
        ) returning id
      ) select count(*)::int as found, max(at) as last, (select count(*)::int from removed) as entries from expired`),
    db.execute(sql`delete from ${alerts} where ${id} in (${locked(sql`select id from (${oldest}) as expired`)})
      and not exists (select 1 from ${alertTimeline} where ${alertTimeline.alertId} = ${id})`),
  ]);
  const { found = 0, entries = 0, last = null } = rows[0] ?? {};
  // An alert with a longer timeline stays, so the next batch must find it again.
  if (entries === MAX_TIMELINE_ENTRIES) return { deleted: rowCount, next: range.from };
  return { deleted: rowCount, next: found < limit || last === null ? null : new Date(last) };
}
