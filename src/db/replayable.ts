import { and, eq, gt, inArray, isNotNull, type SQL, sql } from "drizzle-orm";
import { utf8 } from "../lib/bytes.ts";
import { seesNothing, type VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { isVisible, orderBy, type Position } from "./keyset.ts";
import { deliveryStatus, webhookDeliveries } from "./schema.ts";
import { type DeliveryFilter, INDEXED, isOnPage } from "./delivery-page.ts";
import { selectFirst } from "./index-merge.ts";

const { id, integrationId, teamId, status, receivedAt } = webhookDeliveries;

/** What names a delivery in a list of deliveries to replay. */
const named = { id, integrationId, teamId, receivedAt };

/** Lists the deliveries of a filter that are no replays, the oldest first. */
export async function oldestDeliveries(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: DeliveryFilter,
  position: Position | null,
  limit: number,
) {
  if (seesNothing(visibleTeams)) return [];
  return db
    .select(named)
    .from(webhookDeliveries)
    .where(isOnPage(OLDEST_FIRST, visibleTeams, { ...filter, isOriginal: true }, position, limit))
    .orderBy(...orderBy(OLDEST_FIRST, receivedAt, id))
    .limit(limit);
}

const OLDEST_FIRST = "oldest first";

/** Lists the visible ones of some deliveries, the oldest first. */
export async function deliveriesById(db: Database, visibleTeams: VisibleTeams, ids: readonly string[]) {
  if (seesNothing(visibleTeams)) return [];
  return db
    .select(named)
    .from(webhookDeliveries)
    .where(and(inArray(id, [...ids]), isVisible(webhookDeliveries, visibleTeams)))
    .orderBy(...orderBy(OLDEST_FIRST, receivedAt, id));
}

/** The bodies of a preview have at most this size together. */
const MAX_PREVIEW_BYTES = 4 * 1024 * 1024;

/** The latest deliveries of a filter with a complete body, with their bodies. @param which a filter, or ids */
export async function latestWithBody(
  db: Database,
  visibleTeams: VisibleTeams,
  which: DeliveryFilter | readonly string[],
  limit: number,
): Promise<Replayable[]> {
  if (seesNothing(visibleTeams)) return [];
  const { bodyBytes, isBodyCut } = webhookDeliveries;
  const page = Array.isArray(which)
    ? and(inArray(id, [...which]), isVisible(webhookDeliveries, visibleTeams))
    : isOnPage("newest first", visibleTeams, which as DeliveryFilter, null, limit);
  const sized = sql`select ${id} as id, sum(${bodyBytes}) over (order by ${receivedAt} desc, ${id} desc) as bytes
    from ${webhookDeliveries} where ${and(page, eq(isBodyCut, false), isNotNull(bodyBytes))}
    order by ${receivedAt} desc, ${id} desc limit ${limit}`;
  const isSmall = sql`${id} in (select id from (${sized}) as sized where bytes <= ${MAX_PREVIEW_BYTES})`;
  return selectReplayable(db, isSmall).orderBy(...orderBy("newest first", receivedAt, id));
}

/** Finds a delivery with its stored body. */
export async function findReplayable(db: Database, deliveryId: string) {
  const [row] = await selectReplayable(db, eq(id, deliveryId));
  return row;
}

const NO_DUPLICATE = ["ACCEPTED", "REJECTED"];

/** Finds the verified delivery of an integration that was received last and has a complete body, apart from duplicates. */
export async function findLatestReplayable(db: Database, ofIntegration: string) {
  const scope = { visibleTeams: "all", integrationIds: [ofIntegration] } as const;
  const conditions = and(
    eq(webhookDeliveries.isBodyCut, false),
    gt(webhookDeliveries.bodyBytes, 0),
    sql`${webhookDeliveries.decision} @> '{"verification":{"isVerified":true}}'`,
  );
  const fields = [{ column: status, type: deliveryStatus, values: NO_DUPLICATE }];
  const latest = selectFirst("newest first", INDEXED, scope, fields, conditions, 1);
  const [row] = await selectReplayable(db, sql`${id} = (select latest.id from (${latest}) as latest)`);
  return row;
}

const selectReplayable = (db: Database, which: SQL) =>
  db
    .select({
      id,
      integrationId,
      teamId,
      status,
      headers: webhookDeliveries.headers,
      decision: webhookDeliveries.decision,
      isBodyCut: webhookDeliveries.isBodyCut,
      receivedAt,
      // As text, because the driver would parse the JSON and lose the original.
      payload: sql<string | null>`${webhookDeliveries.rawPayload}::text`,
      body: webhookDeliveries.rawBody,
    })
    .from(webhookDeliveries)
    .where(which);

export type Replayable = NonNullable<Awaited<ReturnType<typeof findReplayable>>>;

/** The stored body, byte for byte. */
export const bodyOf = ({ payload, body }: Pick<Replayable, "payload" | "body">): Uint8Array<ArrayBuffer> =>
  payload === null ? new Uint8Array(body ?? []) : utf8(payload);

/** The path behind the ingest URL to which the delivery was sent. */
export const pathOf = ({ decision }: Pick<Replayable, "decision">): string =>
  (decision as { verification?: { path?: string } }).verification?.path ?? "";
