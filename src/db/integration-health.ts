import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { listIntegrations } from "./integrations.ts";
import type { Position } from "./keyset.ts";
import { integrations } from "./schema.ts";

/** Counting stops here: a busy integration has millions of deliveries. */
const MAX_COUNTED = 10_000;

export interface Counted {
  count: number;
  isAtLeast: boolean;
}

const counted = (count: number): Counted => ({ count: Math.min(count, MAX_COUNTED), isAtLeast: count > MAX_COUNTED });

/** The deliveries of an integration since an instant. */
export interface DeliveryCounts {
  /** Of all times; null: none arrived. */
  lastDeliveryAt: Date | null;
  accepted: Counted;
  duplicate: Counted;
  rejected: Counted;
  verificationFailures: Counted;
}

interface Row extends Record<string, unknown> {
  id: string;
  status: "ACCEPTED" | "DUPLICATE" | "REJECTED";
  count: number;
  failures: number;
  at: string | null;
}

/** Counts the deliveries of one integration since an instant by status, and finds the latest one. */
export async function deliveryCounts(db: Database, id: string, since: Date): Promise<DeliveryCounts> {
  const which = db
    .select({ id: integrations.id })
    .from(integrations)
    .where(and(eq(integrations.id, id), isNull(integrations.deletedAt)));
  return (await countDeliveries(db, which.getSQL(), since)).get(id) ?? NO_DELIVERIES;
}

/** The counts of an integration without deliveries. */
export const NO_DELIVERIES: DeliveryCounts = toCounts([]);

/** Counts the deliveries of each integration on a page of the list. */
export const listDeliveryCounts = (
  db: Database,
  visibleTeams: VisibleTeams,
  position: Position | null,
  limit: number,
  since: Date,
  externalName?: string,
): Promise<Map<string, DeliveryCounts>> =>
  countDeliveries(
    db,
    sql`select page.id from ${listIntegrations(db, visibleTeams, position, limit, externalName)} as page`,
    since,
  );

async function countDeliveries(db: Database, ids: SQL, since: Date): Promise<Map<string, DeliveryCounts>> {
  const { rows } = await db.execute<Row>(sql`
    select i.id, o.status, recent.count, recent.failures, latest.at
    from (${ids}) as i
    cross join unnest(enum_range(null::delivery_status)) as o(status)
    cross join lateral (
      select count(*)::int as count,
        -- The rejections of this class without a row are counted in the next row.
        (count(*) filter (where status_code = 401) + coalesce(sum((decision ->> 'omittedFailures')::int), 0))::int as failures
      from (
        select status_code, decision from webhook_deliveries
        where integration_id = i.id and status = o.status and received_at >= ${since.toISOString()}::timestamptz
        limit ${MAX_COUNTED + 1}
      ) as first
    ) as recent
    cross join lateral (
      select max(received_at) as at from webhook_deliveries where integration_id = i.id and status = o.status
    ) as latest`);
  return new Map(Object.entries(Object.groupBy(rows, ({ id }) => id)).map(([id, own = []]) => [id, toCounts(own)]));
}

function toCounts(rows: readonly Row[]): DeliveryCounts {
  const of = (status: Row["status"]) => rows.find((row) => row.status === status);
  const times = rows.flatMap(({ at }) => (at === null ? [] : [new Date(at).getTime()]));
  return {
    lastDeliveryAt: times.length === 0 ? null : new Date(Math.max(...times)),
    accepted: counted(of("ACCEPTED")?.count ?? 0),
    duplicate: counted(of("DUPLICATE")?.count ?? 0),
    rejected: counted(of("REJECTED")?.count ?? 0),
    verificationFailures: counted(of("REJECTED")?.failures ?? 0),
  };
}
