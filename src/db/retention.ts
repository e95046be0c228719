/**
 * Deletes what is past its time, in batches. A batch takes the oldest rows from one short stretch of each index that begins
 * with what is filtered by, never waits for a row that somebody else holds, and gives up after its time.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { alertTimeline, alerts, auditEvents, webhookDeliveries } from "./schema.ts";

/** From where to when: what batches before have deleted need not be passed over again. */
export interface Stretch {
  from: Date;
  before: Date;
}

/** What became of a batch. */
export interface DeleteBatch {
  deleted: number;
  /** Where the next batch begins; null: nothing is left. */
  next: Date | null;
}

/** What one HTTP request waits for at most; the request itself is given more. */
const STATEMENT_TIMEOUT = sql`set local statement_timeout = '10s'`;

/** Entries of timelines that go with a batch of alerts: one alert may have any number. */
const MOST_ENTRIES = 5000;

const within = (time: SQL, { from, before }: Stretch): SQL =>
  sql`${time} >= ${from.toISOString()}::timestamptz and ${time} < ${before.toISOString()}::timestamptz`;

/** Deletes deliveries that were received in a stretch of time, the oldest first, so many at most. */
export async function deleteDeliveries(db: Database, stretch: Stretch, limit: number): Promise<DeleteBatch> {
  const { status, receivedAt, id } = webhookDeliveries;
  return deleteOldest(
    db,
    sql`${webhookDeliveries}`,
    sql`select oldest.id, oldest.at from unnest(enum_range(null::delivery_status)) as outcome (status), lateral (
        select ${id} as id, ${receivedAt} as at from ${webhookDeliveries}
        where ${status} = outcome.status and ${within(sql`${receivedAt}`, stretch)}
        order by ${receivedAt}, ${id} limit ${limit}
      ) as oldest order by oldest.at, oldest.id limit ${limit}`,
    limit,
  );
}

/** Deletes acts that were done in a stretch of time, the oldest first, so many at most. */
export async function deleteAuditEvents(db: Database, stretch: Stretch, limit: number): Promise<DeleteBatch> {
  const { createdAt, id } = auditEvents;
  return deleteOldest(
    db,
    sql`${auditEvents}`,
    sql`select ${id} as id, ${createdAt} as at from ${auditEvents} where ${within(sql`${createdAt}`, stretch)}
      order by ${createdAt}, ${id} limit ${limit}`,
    limit,
  );
}

async function deleteOldest(db: Database, table: SQL, oldest: SQL, limit: number): Promise<DeleteBatch> {
  const [, { rows }] = await db.batch([
    db.execute(STATEMENT_TIMEOUT),
    db.execute<{ found: number; deleted: number; last: string | null }>(sql`
      with expired as materialized (${oldest}), gone as (
        delete from ${table} where id in (
          select id from ${table} where id in (select id from expired) for update skip locked
        ) returning id
      ) select count(*)::int as found, max(at) as last, (select count(*)::int from gone) as deleted from expired`),
  ]);
  const { found = 0, deleted = 0, last = null } = rows[0] ?? {};
  return { deleted, next: found < limit || last === null ? null : new Date(last) };
}

/**
 * Deletes alerts that were triggered in a stretch of time, are resolved or closed, and did not change since its end, the
 * oldest first, so many at most; each with its whole timeline, which goes before it.
 */
export async function deleteAlerts(db: Database, stretch: Stretch, limit: number): Promise<DeleteBatch> {
  const { id, status, severity, triggeredAt, updatedAt } = alerts;
  const isOver = sql`${status} in ('RESOLVED', 'CLOSED') and ${updatedAt} < ${stretch.before.toISOString()}::timestamptz`;
  const oldest = sql`select oldest.id, oldest.at from unnest('{RESOLVED,CLOSED}'::alert_status[]) as ending (status),
      unnest(enum_range(null::alert_severity)) as rank (severity), lateral (
        select ${id} as id, ${triggeredAt} as at from ${alerts}
        where ${status} = ending.status and ${severity} = rank.severity and ${within(sql`${triggeredAt}`, stretch)} and ${isOver}
        order by ${triggeredAt}, ${id} limit ${limit}
      ) as oldest order by oldest.at, oldest.id limit ${limit}`;
  // Looked at again under the lock: one that was opened again meanwhile stays.
  const locked = (ids: SQL) =>
    sql`select ${id} from ${alerts} where ${id} in (${ids}) and ${isOver} for update skip locked`;
  const [, { rows }, { rowCount }] = await db.batch([
    db.execute(STATEMENT_TIMEOUT),
    db.execute<{ found: number; entries: number; last: string | null }>(sql`
      with expired as materialized (${oldest}), held as materialized (${locked(sql`select id from expired`)}), gone as (
        delete from ${alertTimeline} where id in (
          select entry.id from held join ${alertTimeline} as entry on entry.alert_id = held.id limit ${MOST_ENTRIES}
        ) returning id
      ) select count(*)::int as found, max(at) as last, (select count(*)::int from gone) as entries from expired`),
    db.execute(sql`delete from ${alerts} where ${id} in (${locked(sql`select id from (${oldest}) as expired`)})
      and not exists (select 1 from ${alertTimeline} where ${alertTimeline.alertId} = ${id})`),
  ]);
  const { found = 0, entries = 0, last = null } = rows[0] ?? {};
  // A timeline that was not finished keeps its alert: the next batch finds it again.
  if (entries === MOST_ENTRIES) return { deleted: rowCount, next: stretch.from };
  return { deleted: rowCount, next: found < limit || last === null ? null : new Date(last) };
}
