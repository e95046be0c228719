/** One alert and one timeline entry as JSON rows for Postgres. */
import type { AlertState, TimelineEntry } from "../../alerts/alert.ts";
import type { AlertRowJson, SeenRowJson, TimelineRowJson } from "../../db/rows.ts";
import { toIso, toIsoOrNull } from "../../lib/time.ts";

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
    acknowledged_by: alert.acknowledgedBy,
    acknowledged_by_name: alert.acknowledgedByName,
    resolved_at: toIsoOrNull(alert.resolvedAt),
    closed_at: toIsoOrNull(alert.closedAt),
    snoozed_until: toIsoOrNull(alert.snoozedUntil),
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
