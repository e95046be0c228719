/** Measures which deliveries PostgreSQL stored, when, and the bytes of its log. */
import type { System } from "./system.ts";

/** A moment in the log and on the clock of PostgreSQL. */
export interface Mark {
  /** Position in the log. */
  lsn: string;
  at: Date;
  deliveries: number;
}

export async function mark({ sql }: System): Promise<Mark> {
  const [row] = await sql<{ lsn: string; at: Date; deliveries: number }>(
    `select pg_current_wal_insert_lsn()::text as lsn, clock_timestamp() as at,
      (select count(*)::int from webhook_deliveries) as deliveries`,
  );
  if (!row) throw new Error("no row");
  return row;
}

/** Waits until this many deliveries were stored after a mark. Asks PostgreSQL, because a request to the service would cost it CPU. */
export async function stored(system: System, from: Mark, count: number): Promise<Mark> {
  for (;;) {
    const now = await mark(system);
    if (now.deliveries - from.deliveries >= count) return now;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Bytes of the log for each delivery that was stored between two marks. */
export async function walPerDelivery({ sql }: System, from: Mark, until: Mark): Promise<number> {
  const [row] = await sql<{ bytes: number }>("select pg_wal_lsn_diff($1, $2)::float8 as bytes", [until.lsn, from.lsn]);
  return (row?.bytes ?? Number.NaN) / (until.deliveries - from.deliveries);
}

export interface Visibility {
  stored: number;
  /** The share of them that was committed within two seconds after the edge received it, which is before its answer. */
  within2s: number;
  /** From receipt to commit, in ms. */
  p50: number;
  p99: number;
}

/** When deliveries that were received in a range of time became visible. */
export async function visibility({ sql }: System, from: Date, until: Date): Promise<Visibility> {
  const [row] = await sql<Record<keyof Visibility, number>>(
    `select count(*)::int as stored, avg((delay <= 2000)::int)::float8 as "within2s",
      percentile_disc(0.5) within group (order by delay) as p50, percentile_disc(0.99) within group (order by delay) as p99
    from (
      select extract(epoch from pg_xact_commit_timestamp(xmin) - received_at)::float8 * 1000 as delay
      from webhook_deliveries where received_at >= $1 and received_at < $2
    ) as delays`,
    [from, until],
  );
  if (!row) throw new Error("no row");
  return row;
}

/** Deliveries received since a time that were committed before another. */
export async function committedBefore({ sql }: System, from: Date, until: Date): Promise<number> {
  const [row] = await sql<{ count: number }>(
    `select count(*)::int as count from webhook_deliveries
     where received_at >= $1 and pg_xact_commit_timestamp(xmin) <= $2`,
    [from, until],
  );
  return row?.count ?? 0;
}

/** Bytes of tables and indexes for each delivery, with its alert and timeline entry. */
export async function bytesPerDelivery({ sql }: System): Promise<number> {
  const [row] = await sql<{ bytes: number }>(
    `select (pg_total_relation_size('webhook_deliveries') + pg_total_relation_size('alerts') +
      pg_total_relation_size('alert_timeline'))::float8 / (select count(*) from webhook_deliveries) as bytes`,
  );
  return row?.bytes ?? Number.NaN;
}
