/** Chunks as the object of an integration makes them, for tests of their readers. */
import type { Chunk, EntryJson } from "../../src/db/chunk.ts";
import { newId } from "../../src/lib/ids.ts";

const NOW = "2026-11-26T10:00:00.000Z";

type Alert = NonNullable<EntryJson["alerts"]>[number];

/** The row of an alert, with its content. */
export const alertRow = (integrationId: string, fields: Partial<Alert> = {}, title = "t"): Alert =>
  ({
    id: newId(),
    integration_id: integrationId,
    alert_key: null,
    severity: "LOW",
    status: "OPEN",
    occurrences: 1,
    triggered_at: NOW,
    last_seen_at: NOW,
    acknowledged_at: null,
    acknowledged_by: null,
    acknowledged_by_name: null,
    resolved_at: null,
    closed_at: null,
    snoozed_until: null,
    version: 1,
    ...fields,
    content: { externalId: null, title, description: null, source: null, url: null, metadata: { labels: { a: "b" } } },
  }) as Alert;

/** The row of a timeline entry of an alert. */
export const timelineRow = (
  alert: Alert,
  deliveryId: string | null = null,
): NonNullable<EntryJson["timeline"]>[number] => ({
  id: newId(),
  alert_id: alert.id,
  delivery_id: deliveryId,
  type: "CREATED",
  actor: "source",
  actor_name: null,
  version: alert.version,
  status: alert.status,
  severity: alert.severity,
  changes: {},
  note: null,
  occurred_at: null,
  recorded_at: NOW,
});

/** The row of a delivery. */
export const deliveryRow = (
  integrationId: string,
  fields: Partial<NonNullable<EntryJson["delivery"]>> = {},
): NonNullable<EntryJson["delivery"]> => ({
  id: newId(),
  integration_id: integrationId,
  sequence: 1,
  status: "ACCEPTED",
  status_code: 202,
  alert_id: null,
  events: [],
  reason: "accepted",
  decision: {},
  error: null,
  idempotency_key: null,
  content_fingerprint: null,
  duplicate_of: null,
  replay_of: null,
  headers: {},
  content_type: "application/json",
  source_ip: null,
  body_bytes: 0,
  is_body_cut: false,
  received_at: NOW,
  ...fields,
});

/** An entry with a delivery that opened an alert. */
export function openingEntry(integrationId: string): EntryJson & { alerts: [Alert]; delivery: { id: string } } {
  const delivery = deliveryRow(integrationId);
  const alert = alertRow(integrationId);
  return { delivery, alerts: [alert], timeline: [timelineRow(alert, delivery.id)] };
}

/** A chunk of entries, each with its body, if it has one. */
export function chunkOf(entries: readonly EntryJson[], bodies: readonly (Uint8Array | string | null)[] = []): Chunk {
  let at = 0;
  const parts: Uint8Array[] = [];
  const placed = entries.map((entry, index) => {
    const body = bodies[index] ?? null;
    if (body === null) return entry;
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const kind = typeof body === "string" ? ("json" as const) : ("bytes" as const);
    const result = { ...entry, body: { at, bytes: bytes.length, kind } };
    parts.push(bytes);
    at += bytes.length;
    return result;
  });
  const joined = new Uint8Array(at);
  for (let part = 0, offset = 0; part < parts.length; offset += parts[part]!.length, part++)
    joined.set(parts[part]!, offset);
  return { entries: JSON.stringify(placed), rows: entries.length, bodies: joined };
}
