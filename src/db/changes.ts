/**
 * The changes of alerts in an order that never misses one. Numbers that a sequence gives out appear in another order than
 * they commit in; so an entry carries the number of its transaction, and a reader only looks at transactions before which
 * none is still at work. https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 */
import { and, asc, eq, gte, inArray, lt, or, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Reach } from "../lib/principal.ts";
import { contentMatches } from "./alert-content.ts";
import type { AlertFilter } from "./alerts.ts";
import type { Database } from "./client.ts";
import { inTeams } from "./keyset.ts";
import { alertEvents, alerts } from "./schema.ts";

/** How far a reader has come: behind this entry. */
export interface ChangeCursor {
  /** The entry's transaction. */
  xid: bigint;
  version: number;
  id: string;
}

/** The first transaction that is still at work, or the next one. */
const HORIZON = sql<string>`pg_snapshot_xmin(pg_current_snapshot())::text`;

const behindAllBefore = (xid: string): ChangeCursor => ({
  xid: BigInt(xid),
  version: 0,
  id: "00000000-0000-0000-0000-000000000000",
});

/** The place behind every change that there is now. */
export async function latestChange(db: Database): Promise<ChangeCursor> {
  const { rows } = await db.execute<{ horizon: string }>(sql`select ${HORIZON} as horizon`);
  return behindAllBefore(rows[0]?.horizon ?? "0");
}

/**
 * The changes after a place, in order, of alerts within reach that match the filter, or did until the change. Gives each
 * with the alert as that is now, and the place to go on from.
 */
export async function listChanges(db: Database, reach: Reach, filter: AlertFilter, after: ChangeCursor, limit: number) {
  const place = sql`(${alertEvents.recordedXid}, ${alertEvents.version}, ${alertEvents.id})`;
  const [{ rows: horizons }, changes] = await db.batch([
    db.execute<{ horizon: string }>(sql`select ${HORIZON} as horizon`),
    db
      .select({ entry: alertEvents, alert: alerts })
      .from(alertEvents)
      .innerJoin(alerts, eq(alerts.id, alertEvents.alertId))
      .where(
        and(
          sql`${place} > (${String(after.xid)}::xid8, ${after.version}::integer, ${after.id}::uuid)`,
          sql`${alertEvents.recordedXid} < pg_snapshot_xmin(pg_current_snapshot())`,
          inTeams(alerts.teamId, reach),
          filter.integrationId === undefined ? undefined : eq(alerts.integrationId, filter.integrationId),
          isOrWas(alerts.status, "status", filter.status),
          isOrWas(alerts.severity, "severity", filter.severity),
          filter.since && gte(alerts.triggeredAt, filter.since),
          filter.until && lt(alerts.triggeredAt, filter.until),
          contentMatches(filter),
        ),
      )
      .orderBy(asc(alertEvents.recordedXid), asc(alertEvents.version), asc(alertEvents.id))
      .limit(limit),
  ]);
  const last = changes.at(-1)?.entry;
  const lastPlace = last && { xid: BigInt(last.recordedXid), version: last.version, id: last.id };
  const horizon = behindAllBefore(horizons[0]?.horizon ?? "0");
  const isMore = changes.length === limit;
  return { changes, isMore, next: lastPlace && (isMore || lastPlace.xid >= horizon.xid) ? lastPlace : horizon };
}

/** Whoever watches alerts of one status wants to hear of those, too, that have just left it. */
const isOrWas = (column: PgColumn, field: "status" | "severity", values: readonly string[] | undefined) =>
  values &&
  or(
    inArray(column, [...values]),
    inArray(sql`${alertEvents.changes} -> ${sql.raw(`'${field}'`)} ->> 'from'`, [...values]),
  );
