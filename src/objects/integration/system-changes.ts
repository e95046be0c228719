/** Changes that Tocsin itself makes to alerts. Pure; heartbeat.ts and auto-resolve.ts decide when. */
import { type AlertChanges, type AlertRef, type AlertState, differences, newEntry } from "../../alerts/alert.ts";
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

const BY_TOCSIN = { actor: "tocsin", actorName: null };

/** Opens an alert. @param now Unix ms */
export const openedBySystem = (ref: AlertRef, alert: AlertState, now: number, newId: () => string): AlertChanges => ({
  alerts: new Map([[ref, alert]]),
  timeline: [newEntry(newId(), "CREATED", alert, differences(null, alert), { ...BY_TOCSIN, note: null }, now)],
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
    statusSetBy: BY_TOCSIN.actor,
    resolvedAt: now,
    latestArrivalAt: now,
    changedAt: now,
  });
  const entry = newEntry(newId(), "RESOLVED", resolved, differences(alert, resolved), { ...BY_TOCSIN, note }, now);
  return { alerts: new Map([[ref, resolved]]), timeline: [entry] };
}

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
