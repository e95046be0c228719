import type { AlertStatus } from "./model.ts";

/** Whether people still have to do something about it. */
export const isUnresolved = (status: AlertStatus): boolean => status === "OPEN" || status === "ACKNOWLEDGED";

/** What a timeline calls each move that somebody may make by hand. */
const MOVES = {
  OPEN: { ACKNOWLEDGED: "ACKNOWLEDGED", RESOLVED: "RESOLVED", CLOSED: "CLOSED" },
  ACKNOWLEDGED: { OPEN: "UNACKNOWLEDGED", RESOLVED: "RESOLVED", CLOSED: "CLOSED" },
  RESOLVED: { OPEN: "REOPENED", CLOSED: "CLOSED" },
  CLOSED: {},
} as const satisfies Record<AlertStatus, Partial<Record<AlertStatus, string>>>;

export type MoveType = "ACKNOWLEDGED" | "UNACKNOWLEDGED" | "RESOLVED" | "CLOSED" | "REOPENED";

/** The kind of a move from one status to another; null: there is no such move. */
export const moveOf = (from: AlertStatus, to: AlertStatus): MoveType | null => {
  const moves: Partial<Record<AlertStatus, MoveType>> = MOVES[from];
  return moves[to] ?? null;
};
