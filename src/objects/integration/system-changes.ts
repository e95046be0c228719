/** Changes that Tocsin itself makes to alerts. Pure; heartbeat.ts and auto-resolve.ts decide when. */
import {
  type AlertChanges,
  type AlertRef,
  type AlertState,
  differences,
  type TimelineEntry,
} from "../../alerts/alert.ts";

/** The alert key, and the ref, of the missed-heartbeat alert. No alert key of a source leads to this ref. */
export const HEARTBEAT_KEY = "tocsin:heartbeat";

/** Opens an alert. @param now Unix ms */
export const openedBySystem = (ref: AlertRef, alert: AlertState, now: number, newId: () => string): AlertChanges => ({
  alerts: new Map([[ref, alert]]),
  timeline: [entryOf("CREATED", null, alert, now, newId)],
});

/** Resolves an alert. @param now Unix ms */
export function resolvedBySystem(ref: AlertRef, alert: AlertState, now: number, newId: () => string): AlertChanges {
  const resolved: AlertState = {
    ...alert,
    version: alert.version + 1,
    status: "RESOLVED",
    resolvedAt: now,
    changedAt: now,
  };
  return { alerts: new Map([[ref, resolved]]), timeline: [entryOf("RESOLVED", alert, resolved, now, newId)] };
}

const entryOf = (
  type: TimelineEntry["type"],
  before: AlertState | null,
  after: AlertState,
  now: number,
  newId: () => string,
): TimelineEntry => ({
  id: newId(),
  alertId: after.id,
  type,
  actor: "tocsin",
  version: after.version,
  status: after.status,
  severity: after.severity,
  occurredAt: null,
  recordedAt: now,
  changes: differences(before, after),
});
