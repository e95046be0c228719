/** Groups deliveries that were rejected or deduplicated by the reason. */
import { type SQL, sql } from "drizzle-orm";
import { seesNothing, type VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { type DeliveryFilter, selectPage } from "./delivery-page.ts";
import type { ListedDelivery } from "./deliveries.ts";
import { integrations, webhookDeliveries } from "./schema.ts";
import type { VerificationFailure } from "../verification/verifier.ts";

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
  /** The kind of failed verification of the latest; null: verification did not reject it. */
  failure: VerificationFailure | null;
  /** The provider of the integration of the latest; null: the integration is deleted. */
  provider: string | null;
}

/** An id, an instant, a number in a JSON Pointer, or a count of events: what differs between deliveries with the same reason. */
const VARYING = String.raw`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[0-9:.]+Z|(?<=/)\d+|(?<=unreadable events: )\d+ of \d+`;

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
  const { id, integrationId, status, statusCode, receivedAt, decision } = webhookDeliveries;
  const page = selectPage("newest first", visibleTeams, filter, null, MAX_GROUPED + 1);
  type Row = Omit<ReasonGroup, "firstReceivedAt" | "lastReceivedAt"> & { first: string; last: string; total: number };
  const newest = sql`
    select delivery.* from (${page}) as page, lateral (
      select ${id} as id, ${integrationId} as integration_id, ${status} as status, ${statusCode} as status_code,
        ${receivedAt} as received_at, ${reason} as reason, ${decision} #>> '{verification,failure}' as failure
      from ${webhookDeliveries} where ${id} = page.id limit 1) as delivery`;
  // It starts with `select`, so that it can share its round trip (gather.ts).
  const { rows } = await db.execute<Row>(sql`
    select grouped.* from (
      with newest as materialized (${newest})
      select latest.status, latest.status_code as "statusCode", latest.reason, found.count, found.first, latest.received_at as last,
        latest.id as "exampleId", latest.failure, ${integrations.provider} as provider, found.total
      from (
        select (array_agg(id order by received_at desc, id desc))[1] as latest_id, count(*)::int as count, min(received_at) as first,
          max(received_at) as last, (sum(count(*)) over ())::int as total
        from newest group by status, status_code, reason order by count(*) desc, last desc limit ${limit}
      ) as found
      join newest as latest on latest.id = found.latest_id
      left join ${integrations} on ${integrations.id} = latest.integration_id and ${integrations.deletedAt} is null
    ) as grouped order by count desc, last desc`);
  return {
    groups: rows.map(({ first, last, total: _, ...row }) => ({
      ...row,
      firstReceivedAt: new Date(first),
      lastReceivedAt: new Date(last),
    })),
    isComplete: (rows[0]?.total ?? 0) <= MAX_GROUPED,
  };
}
