/** Status changes that people and programs request. Pure: takes an alert and a request, returns its next state or a conflict. */
import { type AlertState, differences, type TimelineEntry } from "./alert.ts";
import type { AlertStatus } from "./model.ts";
import { type MoveType, moveOf } from "./status.ts";

/** The requested change of an alert. */
export interface StatusRequest {
  status: AlertStatus;
  note: string | null;
  /** `api:<key id>` or `user:<id>`. */
  actor: string;
}

export type StatusChangeOutcome =
  | { alert: AlertState; entry: TimelineEntry }
  | { conflict: "illegal-move" | "version-mismatch"; detail: string };

/**
 * Changes the status of an alert.
 * @param successor another alert that has the alert key now; it prevents reopening
 * @param expectedVersion the version that the request is based on; null: any
 * @param now Unix ms
 */
export function changeStatus(
  alert: AlertState,
  successor: AlertState | null,
  expectedVersion: number | null,
  { status, note, actor }: StatusRequest,
  now: number,
  newId: () => string,
): StatusChangeOutcome {
  if (expectedVersion !== null && expectedVersion !== alert.version) {
    return { conflict: "version-mismatch", detail: `The current version is ${alert.version}.` };
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
    changedAt: now,
    ...instants(type, now),
  };
  const entry: TimelineEntry = {
    id: newId(),
    alertId: alert.id,
    type,
    actor,
    version: next.version,
    status: next.status,
    severity: next.severity,
    occurredAt: null,
    recordedAt: now,
    changes: differences(alert, next),
    note,
  };
  return { alert: next, entry };
}

/** The instants that a move sets or clears. */
function instants(type: MoveType, now: number): Partial<AlertState> {
  switch (type) {
    case "ACKNOWLEDGED":
      return { acknowledgedAt: now };
    case "UNACKNOWLEDGED":
      return { acknowledgedAt: null };
    case "RESOLVED":
      return { resolvedAt: now };
    case "CLOSED":
      return { closedAt: now };
    case "REOPENED":
      return { acknowledgedAt: null, resolvedAt: null };
  }
}
