/** Groups deliveries by the reason of their decision. */
import { type SQL, sql } from "drizzle-orm";
import { seesNothing, type VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { type DeliveryFilter, selectPageOfAny } from "./delivery-page.ts";
import type { ListedDelivery } from "./deliveries.ts";
import { integrations, webhookDeliveries } from "./schema.ts";

/**
 * The filters for the deliveries whose reasons are grouped: of a filter without a status, those that failed. Of accepted deliveries, always
 * only those with unreadable events, because nothing is wrong with the others.
 */
export function withReasons(filter: DeliveryFilter): DeliveryFilter[] {
  const { status = ["REJECTED", "ACCEPTED"], hasUnreadableEvents = true } = filter;
  const notAccepted = status.filter((one) => one !== "ACCEPTED");
  const isAcceptedToo = status.includes("ACCEPTED") && hasUnreadableEvents;
  return [
    ...(notAccepted.length > 0 ? [{ ...filter, status: notAccepted }] : []),
    ...(isAcceptedToo ? [{ ...filter, status: ["ACCEPTED" as const], hasUnreadableEvents }] : []),
  ];
}

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
  /** The integrations of these deliveries. */
  integrationIds: string[];
  /** The decision on the latest. */
  decision: unknown;
  /** The provider of the integration of the latest; null: the integration is deleted. */
  provider: string | null;
}

/** An id, an instant, a number in a JSON Pointer, or a count of unreadable events: what differs between deliveries with the same reason. */
const VARYING = String.raw`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[0-9:.]+Z|(?<=/)\d+|(?<=\()\d+ of \d+`;

/** What was wrong with the unreadable events of an accepted delivery; null: it has none. */
const fault: SQL = sql`case when ${webhookDeliveries.status} = 'ACCEPTED'
  then 'unreadable events: ' || (${webhookDeliveries.decision} #>> '{unreadableEvents,fault}') end`;

/** The reason of a rejection is its error; its record may add a note. The rest of the reason of a delivery with unreadable events is no fault. */
const reason: SQL = sql`regexp_replace(coalesce(${fault}, ${webhookDeliveries.error}, ${webhookDeliveries.reason}), ${VARYING}::text, '…', 'g')`;

/**
 * Groups the newest MAX_GROUPED deliveries that meet any of some filters, the largest groups first.
 * @returns `total`: how many groups there are, with those beyond the limit. `isComplete`: no older deliveries were left out
 */
export async function groupByReason(
  db: Database,
  visibleTeams: VisibleTeams,
  filters: readonly DeliveryFilter[],
  limit: number,
): Promise<{ groups: ReasonGroup[]; total: number; isComplete: boolean }> {
  if (seesNothing(visibleTeams)) return { groups: [], total: 0, isComplete: true };
  const { id, integrationId, status, statusCode, receivedAt, decision } = webhookDeliveries;
  const page = selectPageOfAny("newest first", visibleTeams, filters, null, MAX_GROUPED + 1);
  type Row = Omit<ReasonGroup, "firstReceivedAt" | "lastReceivedAt"> & {
    first: string;
    last: string;
    total: number;
    deliveries: number;
  };
  const newest = sql`
    select delivery.* from (${page}) as page, lateral (
      select ${id} as id, ${integrationId} as integration_id, ${status} as status, ${statusCode} as status_code,
        ${receivedAt} as received_at, ${reason} as reason
      from ${webhookDeliveries} where ${id} = page.id limit 1) as delivery`;
  // It starts with `select`, so that it can share its round trip (gather.ts).
  const { rows } = await db.execute<Row>(sql`
    select grouped.* from (
      with newest as materialized (${newest})
      select found.*, ${decision} as decision, ${integrations.provider} as provider
      from (
        select status, status_code as "statusCode", reason, count(*)::int as count, min(received_at) as first, max(received_at) as last,
          (array_agg(id order by received_at desc, id desc))[1] as "exampleId", array_agg(distinct integration_id) as "integrationIds",
          (count(*) over ())::int as total, (sum(count(*)) over ())::int as deliveries
        from newest group by status, status_code, reason order by count(*) desc, last desc limit ${limit}
      ) as found
      join ${webhookDeliveries} on ${id} = found."exampleId"
      left join ${integrations} on ${integrations.id} = ${integrationId} and ${integrations.deletedAt} is null
    ) as grouped order by count desc, last desc`);
  return {
    groups: rows.map(({ first, last, total: _, deliveries: __, ...row }) => ({
      ...row,
      firstReceivedAt: new Date(first),
      lastReceivedAt: new Date(last),
    })),
    total: rows[0]?.total ?? 0,
    isComplete: (rows[0]?.deliveries ?? 0) <= MAX_GROUPED,
  };
}
