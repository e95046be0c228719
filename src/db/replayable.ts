import { and, asc, eq, gt, gte, isNull, lt, type SQL, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import { utf8 } from "../lib/bytes.ts";
import type { VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import type { Position } from "./keyset.ts";
import { deliveryStatus, webhookDeliveries } from "./schema.ts";
import { INDEXED } from "./delivery-page.ts";
import { isIntegrationVisible, scopeOf, selectFirst } from "./index-merge.ts";

const { id, integrationId, teamId, status, receivedAt } = webhookDeliveries;

/** The deliveries that meet every given condition. */
export interface ReplayFilter {
  integrationId: string;
  status?: (typeof deliveryStatus.enumValues)[number][] | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

/** Lists the deliveries of an integration that are no replays, the oldest first. Merges one index range for each status. */
export function oldestDeliveries(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: ReplayFilter,
  position: Position | null,
  limit: number,
) {
  const scope = scopeOf(visibleTeams, [filter.integrationId]);
  const selectStatus = (value: (typeof deliveryStatus.enumValues)[number]) =>
    db
      .select({ id, teamId, receivedAt })
      .from(webhookDeliveries)
      .where(
        and(
          eq(integrationId, filter.integrationId),
          eq(status, value),
          isNull(webhookDeliveries.replayOf),
          isIntegrationVisible(filter.integrationId, scope.visibleTeams),
          filter.since && gte(receivedAt, filter.since),
          filter.until && lt(receivedAt, filter.until),
          position
            ? sql`(${receivedAt}, ${id}) > (${new Date(position.sortedBy).toISOString()}::timestamptz, ${position.id}::uuid)`
            : undefined,
        ),
      )
      .orderBy(asc(receivedAt), asc(id))
      .limit(limit);
  const [first, second, third] = (filter.status ?? deliveryStatus.enumValues).map(selectStatus);
  if (!first) return Promise.resolve([]);
  if (!second) return first;
  return unionAll(first, second, ...(third ? [third] : []))
    .orderBy(sql`received_at`, sql`id`)
    .limit(limit);
}

/** Finds a delivery with its stored body. */
export async function findReplayable(db: Database, deliveryId: string) {
  const [row] = await selectReplayable(db, eq(id, deliveryId));
  return row;
}

/** Finds the delivery of an integration that was received last, of those with a complete body. */
export async function findLatestReplayable(db: Database, ofIntegration: string) {
  const scope = { visibleTeams: "all", integrationIds: [ofIntegration] } as const;
  const hasBody = and(eq(webhookDeliveries.isBodyCut, false), gt(webhookDeliveries.bodyBytes, 0));
  const fields = [{ column: status, type: deliveryStatus, values: undefined }];
  const latest = selectFirst("newest first", INDEXED, scope, fields, hasBody, 1);
  const [row] = await selectReplayable(db, sql`${id} = (select latest.id from (${latest}) as latest)`);
  return row;
}

const selectReplayable = (db: Database, which: SQL) =>
  db
    .select({
      id,
      integrationId,
      teamId,
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
