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
 * @param notSubmitted alerts whose status does not allow the change
 */
export function describeChange(update: Update, outcomes: readonly Outcome[], notSubmitted = 0): string {
  const isNote = update.status === undefined && update.snoozedUntil === undefined;
  const noted = count(outcomes, "noted");
  const done = isNote ? noted : count(outcomes, "changed");
  const already = notSubmitted + outcomes.length - done - count(outcomes, "unavailable", "not-found");
  const sentences = [
    describeDone(update, plural(done, "alert")),
    ...(already === 0 ? [] : [`${already} had already changed${isNote ? "" : describeNoted(noted, already)}`]),
    ...describeMissed(outcomes),
  ];
  return `${sentences.join(". ")}.`;
}

function describeDone({ status, snoozedUntil }: Update, alerts: string): string {
  if (status !== undefined) return `${alerts} ${DONE[status]}`;
  if (snoozedUntil === undefined) return `Note added to ${alerts}`;
  return `${alerts} ${snoozedUntil === null ? "no longer snoozed" : "snoozed"}`;
}

/** @param noted of the alerts that had already changed, those that got the note */
function describeNoted(noted: number, already: number): string {
  if (noted === 0) return "";
  return noted === already ? "; only the note was added" : `; the note was added to ${noted} of them`;
}

const count = (outcomes: readonly Outcome[], ...some: readonly Outcome["outcome"][]): number =>
  outcomes.filter(({ outcome }) => some.includes(outcome)).length;

/** Says which alerts a change or an undo did not reach. */
function describeMissed(outcomes: readonly Outcome[]): string[] {
  const unavailable = count(outcomes, "unavailable");
  const notFound = count(outcomes, "not-found");
  return [
    ...(unavailable === 0 ? [] : [`${plural(unavailable, "alert")} could not be reached`]),
    ...(notFound === 0 ? [] : [`${plural(notFound, "alert")} ${notFound === 1 ? "was" : "were"} not found`]),
  ];
}

/** Says what an undo did: `Undone for 147 of 148 alerts. 1 alert has changed since.` */
export function describeUndo(outcomes: readonly Outcome[]): string {
  const undone = count(outcomes, "changed", "unchanged");
  if (undone === outcomes.length) return "Undone.";
  const changed = outcomes.length - undone - count(outcomes, "unavailable", "not-found");
  const reasons = [
    ...(changed === 0 ? [] : [`${plural(changed, "alert")} ${changed === 1 ? "has" : "have"} changed since`]),
    ...describeMissed(outcomes),
  ].join(", ");
  return undone === 0
    ? `Not undone: ${reasons}.`
    : `Undone for ${undone} of ${plural(outcomes.length, "alert")}. ${reasons}.`;
}
