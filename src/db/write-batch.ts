import { sql } from "drizzle-orm";
import { toHex } from "../lib/bytes.ts";
import { type DatabaseSettings, withConnection } from "./client.ts";

/** How a body is kept: as JSON text, as bytes, or (an empty body) not at all. */
export type BodyKind = "json" | "bytes" | "none";

/** What one outbox row brings to Postgres, as JSON with the column names of the schema. */
export interface BatchRow {
  /** A JSON object; null: this row only continues the one before. */
  delivery: string | null;
  body: Uint8Array | null;
  bodyKind: BodyKind;
  /** JSON objects separated by commas; empty: none. */
  alerts: string;
  events: string;
}

/**
 * Writes a batch of an integration's outbox rows in one HTTP transaction. Sending it again, or a later batch before it, ends in the same
 * rows: deliveries and timeline entries are inserted once by id, alerts are upserted under their version. The team is
 * that of the integration as Postgres has it: the lock keeps a batch and a move to another team apart.
 * Gives the number of the transaction, and whom its changes of alerts concern.
 * @throws NeonDbError as the driver gives it.
 */
export async function writeBatch(
  env: DatabaseSettings,
  integrationId: string,
  batch: readonly BatchRow[],
): Promise<{ xid: string; subscriptionIds: string[] }> {
  const [, , , , { rows }] = await withConnection(env, (db) =>
    db.batch([
      db.execute(lockOwner(integrationId)),
      db.execute(insertDeliveries(integrationId, jsonArray(batch.flatMap(deliveryJson)))),
      db.execute(upsertAlerts(integrationId, jsonArray(batch.map((row) => row.alerts)))),
      db.execute(insertEvents(jsonArray(batch.map((row) => row.events)))),
      db.execute<{ xid: string; ids: string[] }>(concerned(integrationId)),
    ]),
  );
  const hasChanges = batch.some(({ events }) => events !== "");
  return { xid: rows[0]?.xid ?? "0", subscriptionIds: hasChanges ? (rows[0]?.ids ?? []) : [] };
}

const jsonArray = (parts: readonly string[]): string => `[${parts.filter((part) => part !== "").join(",")}]`;

/** The delivery's columns and its body: JSON as text, anything else as a bytea literal. */
function deliveryJson({ delivery, body, bodyKind }: BatchRow): string[] {
  if (delivery === null) return [];
  if (body === null || bodyKind === "none") return [delivery];
  const [column, value] =
    bodyKind === "json"
      ? ["raw_payload", new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body)]
      : ["raw_body", `\\x${toHex(body)}`];
  return [`${delivery.slice(0, -1)},"${column}":${JSON.stringify(value)}}`];
}

const lockOwner = (integrationId: string) =>
  sql`select 1 from integrations where id = ${integrationId}::uuid for share`;

const teamOf = (integrationId: string) => sql`(select team_id from integrations where id = ${integrationId}::uuid)`;

const concerned = (integrationId: string) => sql`
  select pg_current_xact_id()::text as xid, coalesce((select json_agg(id) from subscriptions
    where is_enabled and (team_id is null or team_id = ${teamOf(integrationId)})), '[]'::json) as ids`;

const insertDeliveries = (integrationId: string, rows: string) => sql`
  insert into webhook_deliveries (id, integration_id, team_id, sequence, status, status_code, alert_id, events, reason, decision,
    error, idempotency_key, content_fingerprint, duplicate_of, replay_of, headers, content_type, source_ip, raw_payload,
    raw_body, body_bytes, is_body_cut, received_at)
  select row.id, integration_id, ${teamOf(integrationId)}, sequence, status, status_code, alert_id, events, reason, decision,
    error, idempotency_key, content_fingerprint, duplicate_of, replay_of, headers, content_type, source_ip, raw_payload::json,
    raw_body, body_bytes, is_body_cut, received_at
  from json_to_recordset(${rows}::json) as row(id uuid, integration_id uuid, sequence bigint, status delivery_status,
    status_code integer, alert_id uuid, events jsonb, reason text, decision jsonb, error text, idempotency_key text,
    content_fingerprint text, duplicate_of uuid, replay_of uuid, headers jsonb, content_type text, source_ip text, raw_payload text,
    raw_body bytea, body_bytes integer, is_body_cut boolean, received_at timestamptz)
  on conflict (id) do nothing`;

const upsertAlerts = (integrationId: string, rows: string) => sql`
  insert into alerts (id, integration_id, team_id, alert_key, external_id, title, description, severity, status, source,
    url, metadata, occurrences, triggered_at, last_seen_at, acknowledged_at, resolved_at, closed_at, version)
  select distinct on (row.id) row.id, integration_id, ${teamOf(integrationId)}, alert_key, content ->> 'externalId',
    content ->> 'title', content ->> 'description', severity, status, content ->> 'source', content ->> 'url',
    (content -> 'metadata')::jsonb, occurrences, triggered_at, last_seen_at, acknowledged_at, resolved_at, closed_at, version
  from json_to_recordset(${rows}::json) as row(id uuid, integration_id uuid, alert_key text, content json,
    severity alert_severity, status alert_status, occurrences integer, triggered_at timestamptz, last_seen_at timestamptz,
    acknowledged_at timestamptz, resolved_at timestamptz, closed_at timestamptz, version integer)
  order by row.id, version desc
  on conflict (id) do update set
    external_id = excluded.external_id, title = excluded.title, description = excluded.description,
    severity = excluded.severity, status = excluded.status, source = excluded.source, url = excluded.url,
    metadata = excluded.metadata, occurrences = excluded.occurrences, triggered_at = excluded.triggered_at,
    last_seen_at = excluded.last_seen_at, acknowledged_at = excluded.acknowledged_at, resolved_at = excluded.resolved_at,
    closed_at = excluded.closed_at, version = excluded.version, updated_at = now()
  where alerts.version < excluded.version`;

const insertEvents = (rows: string) => sql`
  insert into alert_timeline (id, alert_id, delivery_id, type, actor, version, status, severity, changes, note, occurred_at,
    recorded_at)
  select id, alert_id, delivery_id, type, actor, version, status, severity, coalesce(changes, '{}'), note, occurred_at, recorded_at
  from json_to_recordset(${rows}::json) as row(id uuid, alert_id uuid, delivery_id uuid, type timeline_entry_type, actor text,
    version integer, status alert_status, severity alert_severity, changes jsonb, note text, occurred_at timestamptz, recorded_at timestamptz)
  on conflict (id) do nothing`;
