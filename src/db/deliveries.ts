import { and, eq, getTableColumns, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { type After, beyond, type Order, ordered } from "./keyset.ts";
import { deliveryStatus, webhookDeliveries } from "./schema.ts";
import { type Field, first, type Streams, within } from "./index-merge.ts";

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

/** Deliveries within visibleTeams, the latest received first. */
export async function listDeliveries(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: DeliveryFilter,
  after: After | null,
  limit: number,
): Promise<ListedDelivery[]> {
  if (visibleTeams.length === 0) return [];
  const order = "newest first";
  return db
    .select(listed)
    .from(webhookDeliveries)
    .where(isOnPage(order, visibleTeams, filter, after, limit))
    .orderBy(...ordered(order, webhookDeliveries.receivedAt, webhookDeliveries.id))
    .limit(limit);
}

/** A delivery with its body in Base64; null: bodies were not asked for. */
export interface ExportedDelivery extends ListedDelivery {
  payloadBase64: string | null;
}

/** The bodies of a page are no more than this together, or it is one delivery. */
const MOST_BYTES = 4 * 1024 * 1024;

/** What a body counts for whose length is not known: as much as any may have. */
const UNKNOWN_BYTES = 1024 * 1024;

/**
 * Deliveries within visibleTeams, the first received first; a page is shorter than the limit where bodies are asked for and are
 * large, and empty only behind the last.
 */
export async function exportDeliveries(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: DeliveryFilter,
  after: After | null,
  limit: number,
  withPayload: boolean,
): Promise<ExportedDelivery[]> {
  if (visibleTeams.length === 0) return [];
  const { id, receivedAt, rawPayload, rawBody, bodyBytes } = webhookDeliveries;
  const order = "oldest first";
  const page = isOnPage(order, visibleTeams, filter, after, limit);
  const bytes = sql`coalesce(${bodyBytes}, ${UNKNOWN_BYTES})`;
  const sized = sql`select ${id} as id, sum(${bytes}) over (order by ${receivedAt}, ${id}) - ${bytes} as before
    from ${webhookDeliveries} where ${page} order by ${receivedAt}, ${id} limit ${limit}`;
  // The alphabet of RFC 2045, less its line breaks.
  const payload = sql<string | null>`translate(encode(coalesce(${rawBody},
    convert_to(${rawPayload}::text, 'UTF8'), ''), 'base64'), E'\\n', '')`;
  return db
    .select({ ...listed, payloadBase64: withPayload ? payload : sql<null>`null` })
    .from(webhookDeliveries)
    .where(withPayload ? sql`${id} in (select id from (${sized}) as sized where before < ${MOST_BYTES})` : page)
    .orderBy(...ordered(order, receivedAt, id))
    .limit(limit);
}

/** The first deliveries that match, behind a place; where few can match, all of them. */
function isOnPage(
  order: Order,
  visibleTeams: VisibleTeams,
  filter: DeliveryFilter,
  after: After | null,
  limit: number,
): SQL | undefined {
  const { id, receivedAt, replayOf } = webhookDeliveries;
  const scope = { visibleTeams, integrationId: filter.integrationId };
  const fields: Field[] = [{ column: webhookDeliveries.status, type: deliveryStatus, values: filter.status }];
  const place = and(
    filter.since && gte(receivedAt, filter.since),
    filter.until && lt(receivedAt, filter.until),
    beyond(order, receivedAt, id, after),
  );
  const isNarrow = filter.alertId !== undefined || filter.replayOf !== undefined;
  if (!isNarrow)
    return inArray(id, sql`(select page.id from (${first(order, STREAMS, scope, fields, place, limit)}) as page)`);
  return and(
    filter.alertId === undefined ? undefined : inArray(id, concerning(filter.alertId)),
    filter.replayOf === undefined ? undefined : eq(replayOf, filter.replayOf),
    ...within(STREAMS, scope, fields),
    place,
  );
}

/**
 * The deliveries that concern an alert: one of a batch's alerts stands in the timeline alone, and a duplicate of that batch
 * refers to it through the original.
 */
const concerning = (alertId: string): SQL => sql`(
  select id from webhook_deliveries where alert_id = ${alertId}::uuid
  union select delivery_id from alert_timeline where alert_id = ${alertId}::uuid
  union select duplicate.id from alert_timeline as entry join webhook_deliveries as duplicate
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
