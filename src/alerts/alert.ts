/** Alerts and their timelines, as the integration's object keeps them. Instants are Unix ms. */
import type { AlertStatus, Severity } from "./model.ts";
import type { MoveType } from "./status.ts";

/** The state of an alert. */
export interface AlertState {
  id: string;
  alertKey: string | null;
  /** Rises with every change and guards every write to Postgres. */
  version: number;
  status: AlertStatus;
  severity: Severity;
  occurrences: number;
  /** The source's date of the newest applied event, never later than its arrival; null: no event had a date. */
  lastEventAt: number | null;
  /** When the alert last changed, by the object's clock. */
  changedAt: number;
  triggeredAt: number;
  lastSeenAt: number;
  acknowledgedAt: number | null;
  resolvedAt: number | null;
  closedAt: number | null;
  /** JSON of AlertContent. */
  content: string;
}

/** One recorded change of an alert. */
export interface TimelineEntry {
  id: string;
  alertId: string;
  type: "CREATED" | "REPEATED" | "STALE" | MoveType;
  /** `source`, `tocsin`, `api:<key id>` or `user:<id>`. */
  actor: string;
  /** The alert's version, status and severity after the change. */
  version: number;
  status: AlertStatus;
  severity: Severity;
  /** The time by the source's clock; null: the source sent no date. */
  occurredAt: number | null;
  recordedAt: number;
  changes: Record<string, { from: unknown; to: unknown }>;
  /** A person's comment. */
  note?: string | null;
}

/** Where an object remembers an alert: the latest one of an alert key under the key, every other one under its id. */
export type AlertRef = string;

/** Alerts that changed, each in its last state, and the timeline entries that record it. */
export interface AlertChanges {
  alerts: Map<AlertRef, AlertState>;
  /** Alerts that ended and were replaced under their key within the same delivery, in their last state. */
  superseded?: AlertState[];
  timeline: TimelineEntry[];
}

const KEY_PREFIX = "key:";

/** Where the latest alert of an alert key is remembered. */
export const refOfKey = (alertKey: string): AlertRef => KEY_PREFIX + alertKey;

/** Where an alert is remembered. */
export const refOf = (alertKey: string | null, alertId: string): AlertRef =>
  alertKey === null ? `id:${alertId}` : refOfKey(alertKey);

/** The alert key of a reference; null: the reference is not by key. */
export const alertKeyOfRef = (ref: AlertRef | null): string | null =>
  ref?.startsWith(KEY_PREFIX) ? ref.slice(KEY_PREFIX.length) : null;

const RECORDED_FIELDS = ["status", "severity", "occurrences"] as const;

/** The fields that differ between two states of an alert, as its timeline records them. */
export function differences(before: AlertState | null, after: AlertState): TimelineEntry["changes"] {
  return Object.fromEntries(
    RECORDED_FIELDS.filter((field) => before?.[field] !== after[field]).map((field) => [
      field,
      { from: before?.[field] ?? null, to: after[field] },
    ]),
  );
}
