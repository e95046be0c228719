/** Alerts and timeline entries as the API, the stream and subscriptions show them. */
import { parseActor } from "../lib/actor.ts";
import { alertUrl } from "../lib/console-url.ts";
import { toIsoOrNull } from "../lib/time.ts";
import type { ShownAlert } from "./muting.ts";
import type { alertTimeline } from "./schema.ts";

type TimelineRow = typeof alertTimeline.$inferSelect;

/** @param publicUrl origin of the links to the console; empty: unknown */
export const toAlert = ({ acknowledgedByName, mute, ...row }: ShownAlert, publicUrl: string) => ({
  ...row,
  metadata: row.metadata as Record<string, unknown>,
  triggeredAt: row.triggeredAt.toISOString(),
  lastSeenAt: row.lastSeenAt.toISOString(),
  acknowledgedAt: toIsoOrNull(row.acknowledgedAt),
  acknowledgedBy: row.acknowledgedBy === null ? null : parseActor(row.acknowledgedBy, acknowledgedByName),
  resolvedAt: toIsoOrNull(row.resolvedAt),
  closedAt: toIsoOrNull(row.closedAt),
  snoozedUntil: toIsoOrNull(row.snoozedUntil),
  silencedBy: mute?.silencedBy ?? [],
  consoleUrl: alertUrl(publicUrl, row.id),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

export const toTimelineEntry = ({ recordedXid: _, actor, actorName, ...row }: TimelineRow) => ({
  ...row,
  actor: parseActor(actor, actorName),
  changes: row.changes as Record<string, unknown>,
  occurredAt: toIsoOrNull(row.occurredAt),
  recordedAt: row.recordedAt.toISOString(),
});

/**
 * A timeline entry with its alert as it is now.
 * @param publicUrl as for `toAlert`
 */
export const toTimelineEntryWithAlert = (
  { entry, alert }: { entry: TimelineRow; alert: ShownAlert },
  publicUrl: string,
) => ({
  ...toTimelineEntry(entry),
  alert: toAlert(alert, publicUrl),
});
