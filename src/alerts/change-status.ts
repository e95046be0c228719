/** Status changes that people and programs request. Pure: takes an alert and a request, returns its next state or a conflict. */
import { type AlertState, differences, type TimelineEntry } from "./alert.ts";
import type { AlertStatus, EntryType } from "./model.ts";
import { type MoveType, moveOf } from "./status.ts";

/** The requested change of an alert. */
export interface StatusRequest {
  status: AlertStatus;
  note: string | null;
  /** `api:<key id>` or `user:<id>`. */
  actor: string;
  actorName: string | null;
}

export type StatusChangeOutcome =
  /** `entry` null: the alert has the status already, and nothing changes. */
  | { alert: AlertState; entry: TimelineEntry | null }
  | { conflict: "illegal-move" | "version-mismatch"; detail: string };

/**
 * Changes the status of an alert. If it has the status already, only the note is recorded.
 * @param successor another alert that has the alert key now; it prevents reopening
 * @param expectedVersion the version that the request is based on; null: any
 * @param now Unix ms
 */
export function changeStatus(
  alert: AlertState,
  successor: AlertState | null,
  expectedVersion: number | null,
  request: StatusRequest,
  now: number,
  newId: () => string,
): StatusChangeOutcome {
  if (expectedVersion !== null && expectedVersion !== alert.version) {
    return { conflict: "version-mismatch", detail: `The current version is ${alert.version}.` };
  }
  const { status, note } = request;
  if (alert.status === status) {
    return { alert, entry: note === null ? null : entryOf("NOTED", alert, alert, request, now, newId()) };
  }
  const type = moveOf(alert.status, status);
  if (!type) return { conflict: "illegal-move", detail: `The alert is ${alert.status} and cannot become ${status}.` };
  if (type === "REOPENED" && successor) {
    return {
      conflict: "illegal-move",
      detail: `The alert is ${alert.status}, and alert ${successor.id} has its alert key now.`,
    };
  }
  const next: AlertState = {
    ...alert,
    version: alert.version + 1,
    status,
    latestArrivalAt: now,
    changedAt: now,
    ...fieldsOf(type, request, now),
  };
  return { alert: next, entry: entryOf(type, alert, next, request, now, newId()) };
}

const entryOf = (
  type: EntryType,
  before: AlertState,
  after: AlertState,
  { actor, actorName, note }: StatusRequest,
  now: number,
  id: string,
): TimelineEntry => ({
  id,
  alertId: after.id,
  type,
  actor,
  actorName,
  version: after.version,
  status: after.status,
  severity: after.severity,
  occurredAt: null,
  recordedAt: now,
  changes: differences(before, after),
  note,
});

const NOT_ACKNOWLEDGED = { acknowledgedAt: null, acknowledgedBy: null, acknowledgedByName: null };

/** The fields that a move sets or clears. */
function fieldsOf(type: MoveType, { actor, actorName }: StatusRequest, now: number): Partial<AlertState> {
  switch (type) {
    case "ACKNOWLEDGED":
      return { acknowledgedAt: now, acknowledgedBy: actor, acknowledgedByName: actorName };
    case "UNACKNOWLEDGED":
      return NOT_ACKNOWLEDGED;
    case "RESOLVED":
      return { resolvedAt: now };
    case "CLOSED":
      return { closedAt: now };
    case "REOPENED":
      return { ...NOT_ACKNOWLEDGED, resolvedAt: null, closedAt: null };
  }
}
