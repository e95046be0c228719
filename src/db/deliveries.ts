import { and, desc, eq, getTableColumns, gte, inArray, lt, or, sql } from "drizzle-orm";
import type { Reach } from "../lib/principal.ts";
import { type After, before, inTeams } from "./keyset.ts";
import type { Database } from "./client.ts";
import { alertEvents, webhookDeliveries } from "./schema.ts";

/** Every condition that is given must hold. */
export interface DeliveryFilter {
  integrationId?: string | undefined;
  alertId?: string | undefined;
  replayOf?: string | undefined;
  status?: ListedDelivery["status"][] | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

const { rawPayload: _payload, rawBody: _body, ...listed } = getTableColumns(webhookDeliveries);

/** A delivery without its body. */
export type ListedDelivery = Omit<typeof webhookDeliveries.$inferSelect, "rawPayload" | "rawBody">;

/** Deliveries, the latest received first. */
export function listDeliveries(db: Database, reach: Reach, filter: DeliveryFilter, after: After | null, limit: number) {
  return db
    .select(listed)
    .from(webhookDeliveries)
    .where(
      and(
        filter.integrationId === undefined ? undefined : eq(webhookDeliveries.integrationId, filter.integrationId),
        filter.alertId === undefined ? undefined : concerns(db, filter.alertId),
        filter.replayOf === undefined ? undefined : eq(webhookDeliveries.replayOf, filter.replayOf),
        filter.status && inArray(webhookDeliveries.status, filter.status),
        filter.since && gte(webhookDeliveries.receivedAt, filter.since),
        filter.until && lt(webhookDeliveries.receivedAt, filter.until),
        inTeams(webhookDeliveries.teamId, reach),
        before(webhookDeliveries.receivedAt, webhookDeliveries.id, after),
      ),
    )
    .orderBy(desc(webhookDeliveries.receivedAt), desc(webhookDeliveries.id))
    .limit(limit);
}

/** One of a batch's alerts stands in the timeline alone; a duplicate of that batch refers to it through the original. */
function concerns(db: Database, alertId: string) {
  const touching = db.select({ id: alertEvents.deliveryId }).from(alertEvents).where(eq(alertEvents.alertId, alertId));
  return or(
    eq(webhookDeliveries.alertId, alertId),
    inArray(webhookDeliveries.id, touching),
    inArray(webhookDeliveries.duplicateOf, touching),
  );
}

/** The delivery with this id, if there is one. */
export async function findDelivery(db: Database, id: string): Promise<ListedDelivery | undefined> {
  const [delivery] = await db.select(listed).from(webhookDeliveries).where(eq(webhookDeliveries.id, id));
  return delivery;
}

/** The body of a delivery as it was kept; `payload` is the JSON text exactly as it came. */
export async function findPayload(db: Database, id: string) {
  const [row] = await db
    .select({
      contentType: webhookDeliveries.contentType,
      // As text: the driver would parse a json column, and with that lose the original.
      payload: sql<string | null>`${webhookDeliveries.rawPayload}::text`,
      body: webhookDeliveries.rawBody,
    })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.id, id));
  return row;
}
