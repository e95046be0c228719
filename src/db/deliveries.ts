import { and, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { seesNothing, type VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { type DeliveryFilter, isOnPage } from "./delivery-page.ts";
import { type Order, orderBy, type Position, type RowPosition } from "./keyset.ts";
import { alerts, integrations, webhookDeliveries } from "./schema.ts";

const { rawPayload: _payload, rawBody: _body, ...listed } = getTableColumns(webhookDeliveries);

/** A delivery without its body. */
export type ListedDelivery = Omit<typeof webhookDeliveries.$inferSelect, "rawPayload" | "rawBody">;

/** A delivery with what other tables say about it. */
export interface DescribedDelivery extends ListedDelivery {
  /** Null: the integration is deleted. */
  integrationName: string | null;
  /** Null: the integration is deleted. */
  provider: string | null;
  /** The alerts of the first MAX_ALERTS events, as they are now, each once. */
  alerts: Pick<typeof alerts.$inferSelect, "id" | "title" | "severity" | "status">[];
}

/** A delivery may have ten thousand events. */
export const MAX_ALERTS = 20;

/** In characters. */
export const MAX_TITLE = 200;

// Drizzle writes the columns of a nested expression with their table.
const nested = <T>(expression: SQL) => sql<T>`${expression}`;

const ofIntegration = (column: SQL) =>
  nested<string | null>(sql`(select ${column} from ${integrations}
  where ${integrations.id} = ${webhookDeliveries.integrationId} and ${integrations.deletedAt} is null)`);

const alertIds = sql`array(select (event.id #>> '{}')::uuid
  from jsonb_array_elements(jsonb_path_query_array(${webhookDeliveries.events}, ${sql.raw(`'$[0 to ${MAX_ALERTS - 1}].alertId'`)})) as event(id)
  where jsonb_typeof(event.id) = 'string')`;

const described = {
  ...listed,
  integrationName: ofIntegration(sql`${integrations.name}`),
  provider: ofIntegration(sql`${integrations.provider}`),
  alerts: nested<DescribedDelivery["alerts"]>(sql`(select coalesce(json_agg(json_build_object(
      'id', ${alerts.id}, 'title', left(${alerts.title}, ${sql.raw(String(MAX_TITLE))}), 'severity', ${alerts.severity}, 'status', ${alerts.status})
      order by array_position(ids.ids, ${alerts.id})), '[]')
    from (select ${alertIds} as ids) as ids, ${alerts} where ${alerts.id} = any(ids.ids))`),
};

/** Lists the visible deliveries, the latest received first. */
export async function listDeliveries(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: DeliveryFilter,
  position: Position | null,
  limit: number,
  order: Order = "newest first",
): Promise<DescribedDelivery[]> {
  if (seesNothing(visibleTeams)) return [];
  return db
    .select(described)
    .from(webhookDeliveries)
    .where(isOnPage(order, visibleTeams, filter, position, limit))
    .orderBy(...orderBy(order, webhookDeliveries.receivedAt, webhookDeliveries.id))
    .limit(limit);
}

export interface ExportedDelivery extends ListedDelivery {
  /** The body; null: bodies were not requested. */
  payloadBase64: string | null;
}

/** The bodies of a page have at most this size together; a page has at least one delivery. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** Counts for a body of unknown length: the largest that is accepted. */
const UNKNOWN_BODY_BYTES = 1024 * 1024;

/**
 * Lists the visible deliveries for an export, the first received first. A page with large bodies is shorter than the limit; see
 * `isLastPage`.
 */
export async function exportDeliveries(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: DeliveryFilter,
  position: Position | RowPosition | null,
  limit: number,
  withPayload: boolean,
): Promise<ExportedDelivery[]> {
  if (seesNothing(visibleTeams)) return [];
  const { id, receivedAt, rawPayload, rawBody, bodyBytes } = webhookDeliveries;
  const order = "oldest first";
  const page = isOnPage(order, visibleTeams, filter, position, limit);
  const bytes = sql`coalesce(${bodyBytes}, ${UNKNOWN_BODY_BYTES})`;
  const sized = sql`select ${id} as id, sum(${bytes}) over (order by ${receivedAt}, ${id}) - ${bytes} as before
    from ${webhookDeliveries} where ${page} order by ${receivedAt}, ${id} limit ${limit}`;
  // Postgres breaks Base64 into lines (RFC 2045); the export has none.
  const payload = sql<string | null>`translate(encode(coalesce(${rawBody},
    convert_to(${rawPayload}::text, 'UTF8'), ''), 'base64'), E'\\n', '')`;
  return db
    .select({ ...listed, payloadBase64: withPayload ? payload : sql<null>`null` })
    .from(webhookDeliveries)
    .where(withPayload ? sql`${id} in (select id from (${sized}) as sized where before < ${MAX_PAGE_BYTES})` : page)
    .orderBy(...orderBy(order, receivedAt, id))
    .limit(limit);
}

/** Whether no delivery follows a page of an export. */
export function isLastPage(rows: readonly ListedDelivery[], limit: number, withPayload: boolean): boolean {
  const bytes = rows.reduce((sum, { bodyBytes }) => sum + (bodyBytes ?? UNKNOWN_BODY_BYTES), 0);
  return rows.length < limit && (!withPayload || bytes < MAX_PAGE_BYTES);
}

export async function findDelivery(db: Database, id: string): Promise<ListedDelivery | undefined> {
  const [delivery] = await db.select(listed).from(webhookDeliveries).where(eq(webhookDeliveries.id, id));
  return delivery;
}

export async function findDescribedDelivery(db: Database, id: string): Promise<DescribedDelivery | undefined> {
  const [delivery] = await db.select(described).from(webhookDeliveries).where(eq(webhookDeliveries.id, id));
  return delivery;
}

/** Finds a delivery of an integration with the key of its first alert. */
export async function findDeliveryWithAlertKey(db: Database, integrationId: string, id: string) {
  const { status, reason, receivedAt } = webhookDeliveries;
  const [row] = await db
    .select({ status, reason, receivedAt, alertKey: alerts.alertKey })
    .from(webhookDeliveries)
    .leftJoin(alerts, eq(alerts.id, webhookDeliveries.alertId))
    .where(and(eq(webhookDeliveries.id, id), eq(webhookDeliveries.integrationId, integrationId)));
  return row;
}

/** Finds the stored body of a delivery; `payload` is JSON text, byte for byte as received. */
export async function findPayload(db: Database, id: string) {
  const [row] = await db
    .select({
      teamId: webhookDeliveries.teamId,
      integrationId: webhookDeliveries.integrationId,
      contentType: webhookDeliveries.contentType,
      // As text, because the driver would parse the JSON and lose the original.
      payload: sql<string | null>`${webhookDeliveries.rawPayload}::text`,
      body: webhookDeliveries.rawBody,
    })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.id, id));
  return row;
}
