/** Stored requests by which a source may be recognized: verified ones, because anybody can send the others. */
import { type SQL, sql } from "drizzle-orm";
import { fromBase64 } from "../lib/bytes.ts";
import type { VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { listIntegrations } from "./integrations.ts";
import type { Position } from "./keyset.ts";

/** The largest body of one delivery that is read for a suggestion, in bytes. */
const MAX_BYTES = 256 * 1024;

/** The same for the latest delivery of each integration on a page. */
const MAX_LISTED_BYTES = 32 * 1024;

export interface StoredRequest {
  /** Its integration, as it is now. */
  integration: { id: string; provider: string; verification: { scheme: string } };
  headers: Record<string, string>;
  /** The path and query after the ingest URL. */
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

interface Row extends Record<string, unknown> {
  integration_id: string;
  provider: string;
  scheme: string;
  headers: Record<string, string>;
  path: string | null;
  payload: string;
}

/** The request of a delivery; undefined: it is not verified, not stored as a whole, or too large. */
export async function findRecognizable(db: Database, deliveryId: string): Promise<StoredRequest | undefined> {
  const delivery = sql`select * from webhook_deliveries where id = ${deliveryId}::uuid`;
  const [request] = await select(db, delivery, MAX_BYTES);
  return request;
}

/** The request of the latest delivery of an integration, unless it is a duplicate; undefined as above. */
export async function findLatestRecognizable(db: Database, integrationId: string): Promise<StoredRequest | undefined> {
  const [request] = await latestOf(db, sql`select ${integrationId}::uuid as id`, MAX_BYTES);
  return request;
}

/** The same for the integrations on a page of the list. The parameters are those of `listIntegrations`. */
export async function listLatestRecognizable(
  db: Database,
  visibleTeams: VisibleTeams,
  position: Position | null,
  limit: number,
  externalName?: string,
): Promise<Map<string, StoredRequest>> {
  const page = listIntegrations(db, visibleTeams, position, limit, externalName);
  const requests = await latestOf(db, sql`select page.id from ${page} as page`, MAX_LISTED_BYTES);
  return new Map(requests.map((request) => [request.integration.id, request]));
}

/** Duplicates are left out: their bodies are those of accepted deliveries. */
const latestOf = (db: Database, ids: SQL, maxBytes: number): Promise<StoredRequest[]> =>
  select(
    db,
    sql`select latest.* from (${ids}) as i cross join lateral (
      select * from ((${latestWith(sql`'ACCEPTED'`)}) union all (${latestWith(sql`'REJECTED'`)})) as each
      where ${isVerified} order by received_at desc, id desc limit 1
    ) as latest`,
    maxBytes,
  );

const latestWith = (status: SQL): SQL => sql`
  select * from webhook_deliveries where integration_id = i.id and status = ${status} order by received_at desc, id desc limit 1`;

const isVerified = sql`decision #>> '{verification,isVerified}' = 'true'`;

async function select(db: Database, deliveries: SQL, maxBytes: number): Promise<StoredRequest[]> {
  const { rows } = await db.execute<Row>(sql`
    select d.integration_id, i.provider, i.verification ->> 'scheme' as scheme, d.headers,
      d.decision #>> '{verification,path}' as path,
      -- Postgres breaks Base64 into lines (RFC 2045).
      translate(encode(coalesce(d.raw_body, convert_to(d.raw_payload::text, 'UTF8'), ''), 'base64'), E'\\n', '') as payload
    from (${deliveries}) as d join integrations as i on i.id = d.integration_id and i.deleted_at is null
    where ${isVerified} and not d.is_body_cut and d.body_bytes <= ${maxBytes}`);
  return rows.map(({ integration_id: id, provider, scheme, headers, path, payload }) => ({
    integration: { id, provider, verification: { scheme } },
    headers,
    path: path ?? "",
    bytes: fromBase64(payload) ?? new Uint8Array(),
  }));
}
