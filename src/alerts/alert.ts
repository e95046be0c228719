/** Alerts and their timelines, as the integration's object keeps them. Instants are Unix ms. */
import { toIsoOrNull } from "../lib/time.ts";
import type { AlertStatus, EntryType, Severity } from "./model.ts";

export interface AlertState {
  id: string;
  alertKey: string | null;
  /** Rises with every change and guards every write to Postgres. */
  version: number;
  status: AlertStatus;
  /** Who last set or confirmed the status, an actor as in TimelineEntry; null: unknown. Only the object keeps it. */
  statusSetBy: string | null;
  severity: Severity;
  occurrences: number;
  /** The source's events that had an effect. Comments and changes by people do not count. 0: unknown. */
  eventCount: number;
  /** The source's date of the newest applied event, never later than its arrival; null: no event had a date. */
  lastEventAt: number | null;
  /** When the newest event or status change arrived. */
  latestArrivalAt: number;
  /** When the alert last changed, by the object's clock. */
  changedAt: number;
  triggeredAt: number;
  lastSeenAt: number;
  /** When the alert ends unless the source renews it; null: it does not expire. */
  expiresAt: number | null;
  acknowledgedAt: number | null;
  /** Who acknowledged it, an actor as in TimelineEntry, and their name, if known. */
  acknowledgedBy: string | null;
  acknowledgedByName: string | null;
  resolvedAt: number | null;
  closedAt: number | null;
  /** When its snooze ends; null: it is not snoozed. */
  snoozedUntil: number | null;
  /** JSON of AlertContent. */
  content: string;
}

/** One recorded change of an alert. */
export interface TimelineEntry {
  id: string;
  alertId: string;
  type: EntryType;
  /** `source`, `tocsin`, `api:<key id>` or `user:<id>`. */
  actor: string;
  /** The name of the person, API key or sender, if known. */
  actorName: string | null;
  /** The alert's version, status and severity after the change. */
  version: number;
  status: AlertStatus;
  severity: Severity;
  /** The time by the source's clock; null: the source sent no date. */
  occurredAt: number | null;
  recordedAt: number;
  changes: Record<string, { from: unknown; to: unknown }>;
  /** Comment of a person or an API client, or the reason of Tocsin. */
  note: string | null;
}

/** The key under which an object remembers an alert: the alert key for its latest alert, the id for every other alert. */
export type AlertRef = string;

/** Alerts that changed, each in its last state, and the timeline entries that record it. */
export interface AlertChanges {
  alerts: Map<AlertRef, AlertState>;
  /** Alerts that ended and were replaced under their key within the same delivery, in their last state. */
  superseded?: AlertState[];
  timeline: TimelineEntry[];
}

const KEY_PREFIX = "key:";

/** The ref of the latest alert of an alert key. */
export const refOfKey = (alertKey: string): AlertRef => KEY_PREFIX + alertKey;

/** The ref of an alert. */
export const refOf = (alertKey: string | null, alertId: string): AlertRef =>
  alertKey === null ? `id:${alertId}` : refOfKey(alertKey);

/** The alert key of a reference; null: the reference is not by key. */
export const alertKeyOfRef = (ref: AlertRef | null): string | null =>
  ref?.startsWith(KEY_PREFIX) ? ref.slice(KEY_PREFIX.length) : null;

/** Makes the timeline entry of a change. @param alert its state after the change @param recordedAt Unix ms */
export const newEntry = (
  id: string,
  type: EntryType,
  alert: AlertState,
  changes: TimelineEntry["changes"],
  origin: Pick<TimelineEntry, "actor" | "actorName" | "note"> & { occurredAt?: number | null },
  recordedAt: number,
): TimelineEntry => ({
  id,
  alertId: alert.id,
  type,
  actor: origin.actor,
  actorName: origin.actorName,
  version: alert.version,
  status: alert.status,
  severity: alert.severity,
  occurredAt: origin.occurredAt ?? null,
  recordedAt,
  changes,
  note: origin.note,
});

/** The fields of an alert whose changes its timeline records. Instants are ISO 8601. */
const recordedFields = (alert: AlertState | null) => ({
  status: alert?.status ?? null,
  severity: alert?.severity ?? null,
  occurrences: alert?.occurrences ?? null,
  snoozedUntil: toIsoOrNull(alert?.snoozedUntil ?? null),
});

/** The fields that differ between two states of an alert, as its timeline records them. */
export function differences(before: AlertState | null, after: AlertState): TimelineEntry["changes"] {
  const from = Object.entries(recordedFields(before));
  const to = Object.values(recordedFields(after));
  return Object.fromEntries(
    from.flatMap(([field, value], at) => (value === to[at] ? [] : [[field, { from: value, to: to[at] }]])),
  );
}
