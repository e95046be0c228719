/** Status changes that somebody asked for, pure: an alert and a wish in, the alert's next state or a refusal out. */
import type { AlertStatus } from "../alerts/model.ts";
import { type MoveType, moveOf } from "../alerts/status.ts";
import { differences, type LiveAlert, type TimelineEntry } from "./decide.ts";
import type { StatusChange } from "./messages.ts";

export type Moved =
  | { alert: LiveAlert; entry: TimelineEntry }
  | { refusal: "conflict" | "other-version"; detail: string };

/**
 * Moves an alert on.
 * @param rival another alert that has its alert key by now; it keeps an alert from being opened again
 * @param expectedVersion the version that the wish was based on; null: any
 */
export function moveAlert(
  alert: LiveAlert,
  rival: LiveAlert | null,
  expectedVersion: number | null,
  { status, note, actor }: Pick<StatusChange, "status" | "note" | "actor">,
  now: number,
  newId: () => string,
): Moved {
  if (expectedVersion !== null && expectedVersion !== alert.version) {
    return { refusal: "other-version", detail: `the present version is ${alert.version}` };
  }
  const type = moveOf(alert.status, status);
  if (!type) return { refusal: "conflict", detail: `the alert is ${alert.status}: it cannot become ${status}` };
  if (type === "REOPENED" && rival) {
    return { refusal: "conflict", detail: `the alert is ${alert.status}, and alert ${rival.id} has its key by now` };
  }
  const next: LiveAlert = {
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

/** Which of an alert's instants a move sets, and which it takes back. */
function instants(type: MoveType, now: number): Partial<LiveAlert> {
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

/** What an alert looks like after a change, for who asked for it. */
export const stateOf = ({ status, version, acknowledgedAt, resolvedAt, closedAt }: LiveAlert) => ({
  status: status satisfies AlertStatus,
  version,
  acknowledgedAt,
  resolvedAt,
  closedAt,
});
