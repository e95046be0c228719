/** One alert and one timeline entry as JSON rows for Postgres, and how rows are packed into outbox entries. */
import type { AlertState, TimelineEntry } from "../../alerts/alert.ts";
import type { AlertRowJson, SeenRowJson, TimelineRowJson } from "../../db/rows.ts";
import type { BatchRow } from "../../db/write-batch.ts";
import { toIso, toIsoOrNull } from "../../lib/time.ts";

/** The row of a Durable Object's table may have 2 MB; an outbox entry stays well below. */
const MAX_ENTRY_CHARACTERS = 400_000;

/** An alert's row. Its content is JSON already and is inserted unchanged. */
export function alertJson(integrationId: string, { content, ...alert }: AlertState): string {
  const columns = JSON.stringify({
    id: alert.id,
    integration_id: integrationId,
    alert_key: alert.alertKey,
    severity: alert.severity,
    status: alert.status,
    occurrences: alert.occurrences,
    triggered_at: toIso(alert.triggeredAt),
    last_seen_at: toIso(alert.lastSeenAt),
    acknowledged_at: toIsoOrNull(alert.acknowledgedAt),
    resolved_at: toIsoOrNull(alert.resolvedAt),
    closed_at: toIsoOrNull(alert.closedAt),
    version: alert.version,
  } satisfies AlertRowJson);
  return `${columns.slice(0, -1)},"content":${content}}`;
}

/** A timeline entry's row. */
export const timelineJson = (deliveryId: string | null, entry: TimelineEntry): string =>
  JSON.stringify({
    id: entry.id,
    alert_id: entry.alertId,
    delivery_id: deliveryId,
    type: entry.type,
    actor: entry.actor,
    actor_name: entry.actorName,
    version: entry.version,
    status: entry.status,
    severity: entry.severity,
    changes: entry.changes,
    note: entry.note,
    occurred_at: toIsoOrNull(entry.occurredAt),
    recorded_at: toIso(entry.recordedAt),
  } satisfies TimelineRowJson);

/** The last-seen time of an alert that a duplicate repeats. @param seenAt Unix ms */
export const seenJson = (id: string, seenAt: number): string =>
  JSON.stringify({ id, last_seen_at: toIso(seenAt) } satisfies SeenRowJson);

const emptyEntry = (): BatchRow => ({ delivery: null, body: null, bodyKind: "none", alerts: "", events: "", seen: "" });

/** JSON rows by the field of an outbox entry that holds them. */
export type PackedRows = Record<"alerts" | "events" | "seen", readonly string[]>;

/**
 * Adds rows to an outbox entry while they fit, and packs the others into new entries.
 * @param first the entry to fill first; null: all rows go into new entries
 * @returns the new entries
 */
export function packRows(first: BatchRow | null, rows: PackedRows): BatchRow[] {
  const added: BatchRow[] = [];
  let entry = first;
  for (const field of ["alerts", "events", "seen"] as const) {
    for (const json of rows[field]) {
      const length = entry ? entrySize(entry) : 0;
      if (!entry || (length > 0 && length + json.length > MAX_ENTRY_CHARACTERS)) {
        entry = emptyEntry();
        added.push(entry);
      }
      entry[field] += entry[field] === "" ? json : `,${json}`;
    }
  }
  return added;
}

/** The size of an outbox entry, in characters and bytes. */
export const entrySize = ({ body, delivery, alerts, events, seen }: BatchRow): number =>
  (body?.byteLength ?? 0) + (delivery?.length ?? 0) + alerts.length + events.length + seen.length;
