import { type SQL, sql } from "drizzle-orm";
import { toBase64, toHex } from "../lib/bytes.ts";
import { SECOND } from "../lib/time.ts";
import { type DatabaseSettings, withConnection } from "./client.ts";
import {
  ALERT_COLUMNS,
  BODY_COLUMNS,
  columnLists,
  CONTENT_COLUMNS,
  DECISION_COLUMNS,
  FIXED_ALERT_COLUMNS,
  REQUEST_COLUMNS,
  SEEN_COLUMNS,
  TIMELINE_COLUMNS,
} from "./rows.ts";
import type { Chunk } from "./chunk.ts";
import { runStatement } from "./client.ts";
import { alerts, alertTimeline, webhookDeliveries } from "./schema.ts";
import { WRITE_CHUNKS, type WriteResultRow } from "./write-statement.ts";

/** Longer than the wake-up of a suspended database, shorter than the callers of a Writer wait. */
const WRITE_TIMEOUT_MS = 15 * SECOND;

/** A chunk, and the integration that it belongs to. */
export interface OwnedChunk {
  integrationId: string;
  chunk: Chunk;
}

/** What a transaction wrote. */
export interface Written {
  /** The id of the transaction, decimal. */
  xid: string;
  /** The integrations that Postgres has. The chunks of others were not written. */
  known: ReadonlySet<string>;
  /** By integration with timeline entries, its team. */
  changed: ReadonlyMap<string, string | null>;
  /** The enabled subscriptions that may read those entries. `teamId` null: of the whole platform. */
  subscriptions: readonly { id: string; teamId: string | null }[];
}

/**
 * Writes chunks of any integrations with one statement, which is one transaction. Chunks may be repeated or reordered:
 * deliveries and timeline entries are inserted once by id, alerts are upserted under their version.
 * @throws NeonDbError
 */
export async function writeChunks(env: DatabaseSettings, chunks: readonly OwnedChunk[]): Promise<Written> {
  const [row] = await runStatement<WriteResultRow>(env, WRITE_CHUNKS, parametersOf(chunks), WRITE_TIMEOUT_MS);
  return {
    xid: row?.xid ?? "0",
    known: new Set(row?.known),
    changed: new Map(Object.entries(row?.changed ?? {})),
    subscriptions: row?.subscriptions ?? [],
  };
}

/** The parameters of the statement. The entries are never parsed here. */
function parametersOf(chunks: readonly OwnedChunk[]): [chunks: string, bodies: string] {
  let bodiesAt = 0;
  const bodies: string[] = [];
  const parts = chunks.map(({ integrationId, chunk }) => {
    const part = `{"integration_id":${JSON.stringify(integrationId)},"bodies_at":${bodiesAt},"entries":${chunk.entries}}`;
    const padded = paddedForBase64(chunk.bodies);
    bodies.push(toBase64(padded));
    bodiesAt += padded.length;
    return part;
  });
  return [`[${parts.join(",")}]`, bodies.join("")];
}

/** Base64 texts can be joined if each stands for a multiple of three bytes. */
function paddedForBase64(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 3 === 0) return bytes;
  const padded = new Uint8Array(bytes.length + 3 - (bytes.length % 3));
  padded.set(bytes);
  return padded;
}

/** How a body is stored: as JSON text, as bytes, or (an empty body) not at all. */
export type BodyKind = "json" | "bytes" | "none";

/** The rows of one outbox entry, as JSON objects with the column names of the schema (see rows.ts). */
export interface BatchRow {
  /** DecisionColumns and RequestColumns; null: this entry continues the one before. */
  delivery: string | null;
  body: Uint8Array | null;
  bodyKind: BodyKind;
  /** AlertRowJson objects with their content, separated by commas; empty: none. */
  alerts: string;
  /** TimelineRowJson objects separated by commas; empty: none. */
  events: string;
  /** SeenRowJson objects of the alerts that a duplicate repeats, separated by commas; empty: none. */
  seen: string;
}

/**
 * Writes a batch of an integration's outbox entries in one HTTP transaction. Batches may be repeated or reordered: deliveries
 * and timeline entries are inserted once by id, alerts are upserted under their version. The rows get the team that the
 * integration has in Postgres; the lock excludes a concurrent move to another team.
 * @returns the id of the transaction, and the subscriptions whose filter may match the new timeline entries
 * @throws NeonDbError
 */
export async function writeBatch(
  env: DatabaseSettings,
  integrationId: string,
  batch: readonly BatchRow[],
): Promise<{ xid: string; subscriptionIds: string[] }> {
  const [, , , , , { rows }] = await withConnection(env, (db) =>
    db.batch([
      db.execute(lockIntegration(integrationId)),
      db.execute(insertDeliveries(integrationId, jsonArray(batch.flatMap(deliveryJson)))),
      db.execute(upsertAlerts(integrationId, jsonArray(batch.map((row) => row.alerts)))),
      db.execute(updateLastSeen(jsonArray(batch.map((row) => row.seen)))),
      db.execute(insertTimeline(jsonArray(batch.map((row) => row.events)))),
      db.execute<{ xid: string; ids: string[] }>(selectSubscriptions(integrationId)),
    ]),
  );
  const hasTimeline = batch.some(({ events }) => events !== "");
  return { xid: rows[0]?.xid ?? "0", subscriptionIds: hasTimeline ? (rows[0]?.ids ?? []) : [] };
}

const jsonArray = (parts: readonly string[]): string => `[${parts.filter((part) => part !== "").join(",")}]`;

/** The delivery's columns with its body: JSON as text, anything else as a bytea literal. */
function deliveryJson({ delivery, body, bodyKind }: BatchRow): string[] {
  if (delivery === null) return [];
  if (body === null || bodyKind === "none") return [delivery];
  const [column, value]: [(typeof BODY_COLUMNS)[number], string] =
    bodyKind === "json"
      ? ["raw_payload", new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body)]
      : ["raw_body", `\\x${toHex(body)}`];
  return [`${delivery.slice(0, -1)},"${column}":${JSON.stringify(value)}}`];
}

const lockIntegration = (integrationId: string): SQL =>
  sql`select 1 from integrations where id = ${integrationId}::uuid for share`;

const teamOf = (integrationId: string): SQL =>
  sql`(select team_id from integrations where id = ${integrationId}::uuid)`;

const selectSubscriptions = (integrationId: string): SQL => sql`
  select pg_current_xact_id()::text as xid, coalesce((select json_agg(id) from subscriptions
    where is_enabled and (team_id is null or team_id = ${teamOf(integrationId)})), '[]'::json) as ids`;

// The JSON holds the payload as text, so that Postgres keeps it byte for byte.
const DELIVERY = columnLists(webhookDeliveries, [...DECISION_COLUMNS, ...REQUEST_COLUMNS, ...BODY_COLUMNS], {
  raw_payload: { type: "text", value: "row.raw_payload::json" },
});
const ALERT = columnLists(alerts, ALERT_COLUMNS);
const CONTENT = { insert: CONTENT_COLUMNS.map(({ name }) => name), select: CONTENT_COLUMNS.map(({ value }) => value) };
const SEEN = columnLists(alerts, SEEN_COLUMNS);
const TIMELINE = columnLists(alertTimeline, TIMELINE_COLUMNS);

const ALERT_UPDATES = [...ALERT_COLUMNS, ...CONTENT.insert]
  .filter((name) => !FIXED_ALERT_COLUMNS.has(name))
  .map(
    (name) =>
      `${name} = ${name === "last_seen_at" ? "greatest(alerts.last_seen_at, excluded.last_seen_at)" : `excluded.${name}`}`,
  );

/** Inserts deliveries from a JSON array, each once. */
export const insertDeliveries = (integrationId: string, rows: string): SQL => sql`
  insert into webhook_deliveries (team_id, ${sql.raw(DELIVERY.insert)})
  select ${teamOf(integrationId)}, ${sql.raw(DELIVERY.select)}
  from json_to_recordset(${rows}::json) as row(${sql.raw(DELIVERY.record)})
  on conflict (id) do nothing`;

/** Inserts alerts from a JSON array, or updates those with a lower version. */
export const upsertAlerts = (integrationId: string, rows: string): SQL => sql`
  insert into alerts (team_id, ${sql.raw(ALERT.insert)}, ${sql.raw(CONTENT.insert.join(", "))})
  select distinct on (row.id) ${teamOf(integrationId)}, ${sql.raw(ALERT.select)}, ${sql.raw(CONTENT.select.join(", "))}
  from json_to_recordset(${rows}::json) as row(${sql.raw(ALERT.record)}, content json)
  order by row.id, row.version desc
  on conflict (id) do update set ${sql.raw(ALERT_UPDATES.join(", "))}, updated_at = now()
  where alerts.version < excluded.version`;

/** Moves the last-seen times of alerts forward. It is no change of the alert: version and timeline stay. */
export const updateLastSeen = (rows: string): SQL => sql`
  update alerts set last_seen_at = seen.last_seen_at
  from (select row.id, max(row.last_seen_at) as last_seen_at
    from json_to_recordset(${rows}::json) as row(${sql.raw(SEEN.record)}) group by row.id) as seen
  where alerts.id = seen.id and alerts.last_seen_at < seen.last_seen_at`;

/** Inserts timeline entries from a JSON array, each once. */
export const insertTimeline = (rows: string): SQL => sql`
  insert into alert_timeline (${sql.raw(TIMELINE.insert)})
  select ${sql.raw(TIMELINE.select)}
  from json_to_recordset(${rows}::json) as row(${sql.raw(TIMELINE.record)})
  on conflict (id) do nothing`;
