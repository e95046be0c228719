/** Alerts and what happened to them as they are shown to others: by the API, by the stream, to subscribers. */
import type { alertTimeline, alerts } from "./schema.ts";

const iso = (date: Date | null) => date?.toISOString() ?? null;

/** An alert's row as it is shown. */
export const toAlert = (row: typeof alerts.$inferSelect) => ({
  ...row,
  metadata: row.metadata as Record<string, unknown>,
  triggeredAt: row.triggeredAt.toISOString(),
  lastSeenAt: row.lastSeenAt.toISOString(),
  acknowledgedAt: iso(row.acknowledgedAt),
  resolvedAt: iso(row.resolvedAt),
  closedAt: iso(row.closedAt),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** A timeline entry's row as it is shown. */
export const toTimelineEntry = ({ recordedXid: _, ...row }: typeof alertTimeline.$inferSelect) => ({
  ...row,
  changes: row.changes as Record<string, unknown>,
  occurredAt: iso(row.occurredAt),
  recordedAt: row.recordedAt.toISOString(),
});

/** An entry's row and its alert's as a change: the entry, and the alert as it is now. */
export const toChange = ({
  entry,
  alert,
}: {
  entry: typeof alertTimeline.$inferSelect;
  alert: typeof alerts.$inferSelect;
}) => ({ ...toTimelineEntry(entry), alert: toAlert(alert) });
