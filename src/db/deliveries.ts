import { and, desc, eq, getTableColumns, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { Reach } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { type After, before } from "./keyset.ts";
import { deliveryStatus, webhookDeliveries } from "./schema.ts";
import { type Field, newest, type Streams, within } from "./streams.ts";

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

const STREAMS: Streams = {
  table: webhookDeliveries,
  id: webhookDeliveries.id,
  time: webhookDeliveries.receivedAt,
  teamId: webhookDeliveries.teamId,
  integrationId: webhookDeliveries.integrationId,
};

/** Deliveries within reach, the latest received first. */
export async function listDeliveries(
  db: Database,
  reach: Reach,
  filter: DeliveryFilter,
  after: After | null,
  limit: number,
): Promise<ListedDelivery[]> {
  if (reach.length === 0) return [];
  const { id, receivedAt, replayOf } = webhookDeliveries;
  const scope = { reach, integrationId: filter.integrationId };
  const fields: Field[] = [{ column: webhookDeliveries.status, type: deliveryStatus, values: filter.status }];
  const place = and(
    filter.since && gte(receivedAt, filter.since),
    filter.until && lt(receivedAt, filter.until),
    before(receivedAt, id, after),
  );
  const isNarrow = filter.alertId !== undefined || filter.replayOf !== undefined;
  const page = isNarrow
    ? and(
        filter.alertId === undefined ? undefined : inArray(id, concerning(filter.alertId)),
        filter.replayOf === undefined ? undefined : eq(replayOf, filter.replayOf),
        ...within(STREAMS, scope, fields),
        place,
      )
    : inArray(id, sql`(select page.id from (${newest(STREAMS, scope, fields, place, limit)}) as page)`);
  return db.select(listed).from(webhookDeliveries).where(page).orderBy(desc(receivedAt), desc(id)).limit(limit);
}

/**
 * The deliveries that concern an alert: one of a batch's alerts stands in the timeline alone, and a duplicate of that batch
 * refers to it through the original.
 */
const concerning = (alertId: string): SQL => sql`(
  select id from webhook_deliveries where alert_id = ${alertId}::uuid
  union select delivery_id from alert_events where alert_id = ${alertId}::uuid
  union select duplicate.id from alert_events as entry join webhook_deliveries as duplicate
    on duplicate.duplicate_of = entry.delivery_id where entry.alert_id = ${alertId}::uuid)`;

/** The delivery with this id, if there is one. */
export async function findDelivery(db: Database, id: string): Promise<ListedDelivery | undefined> {
  const [delivery] = await db.select(listed).from(webhookDeliveries).where(eq(webhookDeliveries.id, id));
  return delivery;
}

/** The body of a delivery as it was kept; `payload` is the JSON text exactly as it came. */
export async function findPayload(db: Database, id: string) {
  const [row] = await db
    .select({
      teamId: webhookDeliveries.teamId,
      contentType: webhookDeliveries.contentType,
      // As text: the driver would parse a json column, and with that lose the original.
      payload: sql<string | null>`${webhookDeliveries.rawPayload}::text`,
      body: webhookDeliveries.rawBody,
    })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.id, id));
  return row;
}
