/** Groups deliveries that were rejected or deduplicated by the reason. */
import { type SQL, sql } from "drizzle-orm";
import { seesNothing, type VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { type DeliveryFilter, selectPage } from "./delivery-page.ts";
import type { ListedDelivery } from "./deliveries.ts";
import { webhookDeliveries } from "./schema.ts";

/** Groups are made of the newest deliveries only. */
export const MAX_GROUPED = 2000;

/** Deliveries with the same status, status code and reason. */
export interface ReasonGroup {
  status: ListedDelivery["status"];
  statusCode: number;
  /** The reason with `…` for ids, times and positions in lists. */
  reason: string | null;
  count: number;
  firstReceivedAt: Date;
  lastReceivedAt: Date;
  /** The latest of them. */
  exampleId: string;
}

/** An id, an instant, or a number in a JSON Pointer: what differs between deliveries with the same reason. */
const VARYING = String.raw`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[0-9:.]+Z|(?<=/)\d+`;

/** The reason of a rejection is its error; its record may add a note. */
const reason: SQL = sql`regexp_replace(coalesce(${webhookDeliveries.error}, ${webhookDeliveries.reason}), ${VARYING}::text, '…', 'g')`;

/**
 * Groups the newest MAX_GROUPED deliveries of a filter, the largest groups first.
 * @returns `isComplete`: no older deliveries were left out
 */
export async function groupByReason(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: DeliveryFilter,
  limit: number,
): Promise<{ groups: ReasonGroup[]; isComplete: boolean }> {
  if (seesNothing(visibleTeams)) return { groups: [], isComplete: true };
  const { id, status, statusCode, receivedAt } = webhookDeliveries;
  const page = selectPage("newest first", visibleTeams, filter, null, MAX_GROUPED + 1);
  type Row = Omit<ReasonGroup, "firstReceivedAt" | "lastReceivedAt"> & { first: string; last: string; total: number };
  const { rows } = await db.execute<Row>(sql`
    with newest as materialized (
      select delivery.* from (${page}) as page, lateral (
        select ${id} as id, ${status} as status, ${statusCode} as status_code, ${receivedAt} as received_at, ${reason} as reason
        from ${webhookDeliveries} where ${id} = page.id limit 1) as delivery)
    select status, status_code as "statusCode", reason, count(*)::int as count, min(received_at) as first, max(received_at) as last,
      (array_agg(id order by received_at desc, id desc))[1] as "exampleId", (sum(count(*)) over ())::int as total
    from newest group by status, status_code, reason
    order by count(*) desc, max(received_at) desc limit ${limit}`);
  return {
    groups: rows.map(({ first, last, total: _, ...row }) => ({
      ...row,
      firstReceivedAt: new Date(first),
      lastReceivedAt: new Date(last),
    })),
    isComplete: (rows[0]?.total ?? 0) <= MAX_GROUPED,
  };
}
