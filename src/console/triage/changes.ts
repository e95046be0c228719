/** Changes of alerts, and the changes that take them back. Pure. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import { isUnresolved, moveOf } from "../../alerts/status.ts";
import type { AlertStatus } from "../parts/badges.tsx";
import { plural } from "../parts/format.ts";
import type { Row } from "./rows.ts";
import type { Change } from "./state.ts";

/** The body of a change; with `ids` or a filter, of a bulk change. */
export type Update = Schemas["AlertUpdate"];

/** What an alert was before a change. */
export type Before = Pick<Row, "id" | "status" | "snoozedUntil">;

/** Whether a change is allowed in the status of an alert. */
export function isAllowed({ status }: Pick<Row, "status">, update: Update): boolean {
  if (update.status !== undefined) return moveOf(status, update.status) !== null;
  return update.snoozedUntil === undefined || isUnresolved(status);
}

/** What a row shows before the server confirms a change. */
export function toChange({ status, snoozedUntil }: Update, user: { id: string; name: string }): Change {
  return {
    ...(status !== undefined && { status }),
    ...(status === "ACKNOWLEDGED" && { acknowledgedBy: { type: "user" as const, ...user } }),
    ...(status === "OPEN" && { acknowledgedBy: null }),
    ...(snoozedUntil !== undefined && { snoozedUntil }),
  };
}

interface Step {
  ids: string[];
  update: Update;
}

/** The changes that take one back, in order. Each step waits for the one before. */
export function undoSteps(before: readonly Before[], update: Update): Step[] {
  const { status } = update;
  if (status !== undefined) {
    return [...Map.groupBy(before, (one) => one.status)].flatMap(([previous, group]) =>
      pathOf(status, previous).map((to) => ({ ids: idsOf(group), update: { status: to } })),
    );
  }
  if (update.snoozedUntil === undefined) return [];
  return [...Map.groupBy(before, (one) => one.snoozedUntil)].map(([snoozedUntil, group]) => ({
    ids: idsOf(group),
    update: { snoozedUntil },
  }));
}

const idsOf = (alerts: readonly Before[]): string[] => alerts.map(({ id }) => id);

/** The statuses on the way from one to another, without the first: some moves lead through OPEN. */
export function pathOf(from: AlertStatus, to: AlertStatus): AlertStatus[] {
  if (from === to) return [];
  return moveOf(from, to) === null ? ["OPEN", to] : [to];
}

const DONE: Readonly<Record<AlertStatus, string>> = {
  OPEN: "reopened",
  ACKNOWLEDGED: "acknowledged",
  RESOLVED: "resolved",
  CLOSED: "closed",
};

export const VERBS: Readonly<Record<AlertStatus, string>> = {
  OPEN: "Reopen",
  ACKNOWLEDGED: "Acknowledge",
  RESOLVED: "Resolve",
  CLOSED: "Close",
};

/** Says what a change did: `147 alerts resolved. 3 had already changed.` */
export function describeChange({ status, snoozedUntil }: Update, changed: number, skipped: number): string {
  const alerts = plural(changed, "alert");
  const rest = skipped === 0 ? "" : ` ${skipped} had already changed.`;
  if (status !== undefined) return `${alerts} ${DONE[status]}.${rest}`;
  if (snoozedUntil === undefined) return `Note added to ${alerts}.${rest}`;
  return `${alerts} ${snoozedUntil === null ? "no longer snoozed" : "snoozed"}.${rest}`;
}
