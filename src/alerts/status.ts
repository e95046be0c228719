import { DAY } from "../lib/time.ts";
import type { AlertState } from "./alert.ts";
import type { AlertStatus } from "./model.ts";

/** Whether an alert with this status still needs attention. */
export const isUnresolved = (status: AlertStatus): boolean => status === "OPEN" || status === "ACKNOWLEDGED";

/** A snooze ends after a year at the latest. */
export const MAX_SNOOZE_MS = 366 * DAY;

/** A resolved or closed alert without its snooze: it is not muted when it is reopened. */
export const endSnooze = (alert: AlertState): AlertState =>
  isUnresolved(alert.status) ? alert : { ...alert, snoozedUntil: null };

/** The legal moves, and the type of their timeline entries. */
const MOVES = {
  OPEN: { ACKNOWLEDGED: "ACKNOWLEDGED", RESOLVED: "RESOLVED", CLOSED: "CLOSED" },
  ACKNOWLEDGED: { OPEN: "UNACKNOWLEDGED", RESOLVED: "RESOLVED", CLOSED: "CLOSED" },
  RESOLVED: { OPEN: "REOPENED", CLOSED: "CLOSED" },
  CLOSED: { OPEN: "REOPENED" },
} as const satisfies Record<AlertStatus, Partial<Record<AlertStatus, string>>>;

export type MoveType = "ACKNOWLEDGED" | "UNACKNOWLEDGED" | "RESOLVED" | "CLOSED" | "REOPENED";

/** The type of the timeline entry of a move; null: the move is illegal. */
export const moveOf = (from: AlertStatus, to: AlertStatus): MoveType | null => {
  const moves: Partial<Record<AlertStatus, MoveType>> = MOVES[from];
  return moves[to] ?? null;
};
