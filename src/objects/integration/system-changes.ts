/** Changes that Tocsin itself makes to alerts. Pure; heartbeat.ts and auto-resolve.ts decide when. */
import {
  type AlertChanges,
  type AlertRef,
  type AlertState,
  differences,
  newEntry,
  type TimelineEntry,
} from "../../alerts/alert.ts";
import { endSnooze } from "../../alerts/status.ts";

/** The alert key, and the ref, of the missed-heartbeat alert of an integration. No alert key of a source leads to this ref. */
export const HEARTBEAT_KEY = "tocsin:heartbeat";

const KEYED_PREFIX = `${HEARTBEAT_KEY}:`;

/** The alert key, and the ref, of the missed-heartbeat alert of a key; null: of the integration as a whole. */
export const heartbeatAlertKey = (key: string | null): string => (key === null ? HEARTBEAT_KEY : KEYED_PREFIX + key);

/** Whether an alert key is that of a missed-heartbeat alert, unless the source has the same key by chance. */
export const isHeartbeatAlertKey = (alertKey: string): boolean =>
  alertKey === HEARTBEAT_KEY || alertKey.startsWith(KEYED_PREFIX);

/** The key in the alert key of a missed-heartbeat alert; null: it has none. */
export const keyOfHeartbeatAlert = (alertKey: string): string | null =>
  alertKey.startsWith(KEYED_PREFIX) ? alertKey.slice(KEYED_PREFIX.length) : null;

/** Opens an alert. @param now Unix ms */
export const openedBySystem = (ref: AlertRef, alert: AlertState, now: number, newId: () => string): AlertChanges => ({
  alerts: new Map([[ref, alert]]),
  timeline: [entryOf("CREATED", null, alert, null, now, newId)],
});

/** Resolves an alert. @param note why, for the timeline @param now Unix ms */
export function resolvedBySystem(
  ref: AlertRef,
  alert: AlertState,
  note: string | null,
  now: number,
  newId: () => string,
): AlertChanges {
  const resolved = endSnooze({
    ...alert,
    version: alert.version + 1,
    status: "RESOLVED",
    resolvedAt: now,
    latestArrivalAt: now,
    changedAt: now,
  });
  return { alerts: new Map([[ref, resolved]]), timeline: [entryOf("RESOLVED", alert, resolved, note, now, newId)] };
}

const entryOf = (
  type: TimelineEntry["type"],
  before: AlertState | null,
  after: AlertState,
  note: string | null,
  now: number,
  newId: () => string,
): TimelineEntry =>
  newEntry(newId(), type, after, differences(before, after), { actor: "tocsin", actorName: null, note }, now);

/** Resolves several alerts. @param note why, for the timeline @param now Unix ms */
export function resolvedAllBySystem(
  alerts: ReadonlyMap<AlertRef, AlertState>,
  note: string,
  now: number,
  newId: () => string,
): AlertChanges {
  const changes = [...alerts].map(([ref, alert]) => resolvedBySystem(ref, alert, note, now, newId));
  return {
    alerts: new Map(changes.flatMap(({ alerts: resolved }) => [...resolved])),
    timeline: changes.flatMap(({ timeline }) => timeline),
  };
}
