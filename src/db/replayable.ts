import { and, asc, eq, gte, isNull, lt, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import type { VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import type { After } from "./keyset.ts";
import { deliveryStatus, webhookDeliveries } from "./schema.ts";
import { isOwned } from "./index-merge.ts";

const { id, integrationId, teamId, status, receivedAt } = webhookDeliveries;

/** Every condition that is given must hold. */
export interface ReplayFilter {
  integrationId: string;
  status?: (typeof deliveryStatus.enumValues)[number][] | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

/** Deliveries of an integration in the order in which they came: one stream for each status, merged. */
export function oldestDeliveries(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: ReplayFilter,
  after: After | null,
  limit: number,
) {
  const stream = (of: (typeof deliveryStatus.enumValues)[number]) =>
    db
      .select({ id, teamId, receivedAt })
      .from(webhookDeliveries)
      .where(
        and(
          eq(integrationId, filter.integrationId),
          eq(status, of),
          isNull(webhookDeliveries.replayOf),
          isOwned(filter.integrationId, visibleTeams),
          filter.since && gte(receivedAt, filter.since),
          filter.until && lt(receivedAt, filter.until),
          after
            ? sql`(${receivedAt}, ${id}) > (${new Date(after.sortedBy).toISOString()}::timestamptz, ${after.id}::uuid)`
            : undefined,
        ),
      )
      .orderBy(asc(receivedAt), asc(id))
      .limit(limit);
  const [first, second, third] = (filter.status ?? deliveryStatus.enumValues).map(stream);
  if (!first) return Promise.resolve([]);
  if (!second) return first;
  return unionAll(first, second, ...(third ? [third] : []))
    .orderBy(sql`received_at`, sql`id`)
    .limit(limit);
}

/** A delivery with its body, as it was kept. */
export async function findReplayable(db: Database, deliveryId: string) {
  const [row] = await db
    .select({
      id,
      integrationId,
      teamId,
      headers: webhookDeliveries.headers,
      decision: webhookDeliveries.decision,
      isBodyCut: webhookDeliveries.isBodyCut,
      receivedAt,
      // As text: the driver would parse a json column, and with that lose the original.
      payload: sql<string | null>`${webhookDeliveries.rawPayload}::text`,
      body: webhookDeliveries.rawBody,
    })
    .from(webhookDeliveries)
    .where(eq(id, deliveryId));
  return row;
}

export type Replayable = NonNullable<Awaited<ReturnType<typeof findReplayable>>>;
