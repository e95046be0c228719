/** Changes of alerts, and the changes that take them back. Pure. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import { isUnresolved, moveOf } from "../../alerts/status.ts";
import type { AlertStatus } from "../parts/badges.tsx";
import { plural } from "../parts/format.ts";
import type { Row } from "./rows.ts";
import type { Change } from "./state.ts";

/** The body of a change; with `ids` or a filter, of a bulk change. */
export type Update = Schemas["AlertUpdate"];

/** The result of a change for one alert. */
export type Outcome = Schemas["BulkResult"]["results"][number];

/** What an alert must be to be changed. */
export type Condition = Schemas["AlertCondition"];

/** What an alert was before a change. */
type Before = Pick<Row, "id" | "status" | "snoozedUntil">;

export const isChanged = ({ outcome }: Outcome): boolean => outcome === "changed";

/** What the changed alerts were before. */
export const beforeOf = (outcomes: readonly Outcome[]): Before[] =>
  outcomes.flatMap(({ id, previous }) => (previous ? [{ id, ...previous }] : []));

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

/** A change of alerts that are still as the change before it left them. */
interface UndoStep {
  onlyIf: Condition;
  update: Update;
}

interface UndoPlan {
  ids: string[];
  /** In order. Each step is for the alerts that the one before changed. */
  steps: UndoStep[];
}

/** The changes that take one back; alerts with the same steps share a plan. @param now Unix ms */
export function planUndo(before: readonly Before[], update: Update, now: number): UndoPlan[] {
  const plans = new Map<string, UndoPlan>();
  for (const alert of before) {
    const steps = undoSteps(alert, update, now);
    if (steps.length === 0) continue;
    const key = JSON.stringify(steps);
    const plan = plans.get(key) ?? { ids: [], steps };
    plan.ids.push(alert.id);
    plans.set(key, plan);
  }
  return [...plans.values()];
}

function undoSteps(before: Before, { status, snoozedUntil }: Update, now: number): UndoStep[] {
  // The API rejects a snooze that is over.
  const isSnoozed = before.snoozedUntil !== null && Date.parse(before.snoozedUntil) > now;
  const snooze = isSnoozed ? before.snoozedUntil : null;
  if (status === undefined) {
    return snoozedUntil === undefined ? [] : [{ onlyIf: { snoozedUntil }, update: { snoozedUntil: snooze } }];
  }
  const path = pathOf(status, before.status);
  const endedSnooze = isSnoozed && !isUnresolved(status);
  return path.map((to, at) => ({
    onlyIf: { status: path[at - 1] ?? status, statusSetBy: "caller" },
    update: { status: to, ...(endedSnooze && at === path.length - 1 && { snoozedUntil: snooze }) },
  }));
}

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

/**
 * Says what a change did: `147 alerts resolved. 3 had already changed.`
 * @param left alerts that were not submitted, because the change is not allowed in their status
 */
export function describeChange({ status, snoozedUntil }: Update, outcomes: readonly Outcome[], left = 0): string {
  const done = outcomes.filter(({ outcome }) => outcome === "changed" || outcome === "noted").length;
  const alerts = plural(done, "alert");
  const skipped = left + outcomes.length - done;
  const rest = skipped === 0 ? "" : ` ${skipped} had already changed.`;
  if (status !== undefined) return `${alerts} ${DONE[status]}.${rest}`;
  if (snoozedUntil === undefined) return `Note added to ${alerts}.${rest}`;
  return `${alerts} ${snoozedUntil === null ? "no longer snoozed" : "snoozed"}.${rest}`;
}

/** Says what an undo did: `Undone for 147 of 148 alerts. 1 alert has changed since.` */
export function describeUndo(outcomes: readonly Outcome[]): string {
  const count = (some: readonly Outcome["outcome"][]) =>
    outcomes.filter(({ outcome }) => some.includes(outcome)).length;
  const undone = count(["changed", "unchanged"]);
  if (undone === outcomes.length) return "Undone.";
  const missed = count(["unavailable"]);
  const changed = outcomes.length - undone - missed;
  const reasons = [
    ...(changed === 0 ? [] : [`${plural(changed, "alert")} ${changed === 1 ? "has" : "have"} changed since`]),
    ...(missed === 0 ? [] : [`${plural(missed, "alert")} could not be reached`]),
  ].join(", ");
  return undone === 0
    ? `Not undone: ${reasons}.`
    : `Undone for ${undone} of ${plural(outcomes.length, "alert")}. ${reasons}.`;
}
