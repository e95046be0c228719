/**
 * Updates of alerts that people and programs request: status, note and snooze. Pure: takes an alert and an update, returns its
 * next state or a conflict.
 */
import { type AlertState, differences, newEntry, type TimelineEntry } from "./alert.ts";
import { toIso } from "../lib/time.ts";
import type { AlertStatus, EntryType } from "./model.ts";
import { endSnooze, isUnresolved, type MoveType, moveOf } from "./status.ts";

/** Values that an alert must have to be updated; those left out may be any. */
export interface AlertCondition {
  status?: AlertStatus | undefined;
  /** The caller was the last to set it, and the source has not confirmed it since. */
  statusSetBy?: "caller" | undefined;
  /** Unix ms; null: without a snooze. */
  snoozedUntil?: number | null | undefined;
}

/** The requested update of an alert. */
export interface AlertUpdate {
  onlyIf?: AlertCondition | undefined;
  /** Undefined: the status stays. */
  status?: AlertStatus | undefined;
  note: string | null;
  /** When the snooze ends, in Unix ms. Null ends it now; undefined: it stays. */
  snoozedUntil?: number | null | undefined;
  /** `api:<key id>` or `user:<id>`. */
  actor: string;
  actorName: string | null;
}

interface Conflict {
  conflict: "illegal-move" | "illegal-snooze" | "version-mismatch" | "state-mismatch";
  detail: string;
}

export type UpdateOutcome =
  /** Without entries nothing changes. A NOTED entry alone leaves the alert as it is. */
  { alert: AlertState; entries: TimelineEntry[] } | Conflict;

/** A part of an update. `type` null: it changes nothing. */
type Step = { alert: AlertState; type: EntryType | null } | Conflict;

/**
 * Updates an alert, completely or not at all. Values that the alert has already change nothing. The note belongs to the first
 * change; without a change it is an entry of its own.
 * @param successor another alert that has the alert key now; it prevents reopening
 * @param expectedVersion the version that the update is based on; null: any
 * @param now Unix ms
 */
export function updateAlert(
  alert: AlertState,
  successor: AlertState | null,
  expectedVersion: number | null,
  update: AlertUpdate,
  now: number,
  newId: () => string,
): UpdateOutcome {
  if (expectedVersion !== null && expectedVersion !== alert.version) {
    return { conflict: "version-mismatch", detail: `The current version is ${alert.version}.` };
  }
  const mismatch = mismatchOf(alert, update);
  if (mismatch !== null) return { conflict: "state-mismatch", detail: mismatch };
  const moved = move(alert, successor, update, now);
  if ("conflict" in moved) return moved;
  const snoozed = snooze(moved.alert, update.snoozedUntil, now);
  if ("conflict" in snoozed) return snoozed;

  const entries: TimelineEntry[] = [];
  const add = (type: EntryType, before: AlertState, after: AlertState) =>
    entries.push(
      newEntry(
        newId(),
        type,
        after,
        differences(before, after),
        { ...update, note: entries.length === 0 ? update.note : null },
        now,
      ),
    );
  if (moved.type) add(moved.type, alert, moved.alert);
  if (snoozed.type) add(snoozed.type, moved.alert, snoozed.alert);
  if (entries.length === 0 && update.note !== null) add("NOTED", alert, alert);
  return { alert: snoozed.alert, entries };
}

/** How an alert differs from the condition of an update; null: it meets the condition. */
function mismatchOf(alert: AlertState, { onlyIf = {}, actor }: AlertUpdate): string | null {
  const { status, statusSetBy, snoozedUntil } = onlyIf;
  if (status !== undefined && status !== alert.status) return `The alert is ${alert.status}, not ${status}.`;
  if (statusSetBy !== undefined && alert.statusSetBy !== actor) {
    return alert.statusSetBy === null
      ? "It is unknown who set the status last."
      : `The status was last set or confirmed by ${nameOf(alert.statusSetBy)}, not by the caller.`;
  }
  if (snoozedUntil === undefined || snoozedUntil === alert.snoozedUntil) return null;
  if (alert.snoozedUntil === null) return "The alert has no `snoozedUntil`.";
  return `The alert has the \`snoozedUntil\` ${toIso(alert.snoozedUntil)}.`;
}

function nameOf(actor: string): string {
  if (actor === "source") return "the source";
  return actor === "tocsin" ? "Tocsin" : "somebody else";
}

function move(alert: AlertState, successor: AlertState | null, update: AlertUpdate, now: number): Step {
  const { status = alert.status } = update;
  if (status === alert.status) return { alert, type: null };
  const type = moveOf(alert.status, status);
  if (!type) return { conflict: "illegal-move", detail: `The alert is ${alert.status} and cannot become ${status}.` };
  if (type === "REOPENED" && successor) {
    return {
      conflict: "illegal-move",
      detail: `The alert is ${alert.status}, and alert ${successor.id} has its alert key now.`,
    };
  }
  const moved: AlertState = {
    ...alert,
    version: alert.version + 1,
    status,
    statusSetBy: update.actor,
    latestArrivalAt: now,
    changedAt: now,
    ...fieldsOf(type, update, now),
  };
  return { alert: endSnooze(moved), type };
}

function snooze(alert: AlertState, snoozedUntil: number | null | undefined, now: number): Step {
  if (snoozedUntil === undefined || snoozedUntil === alert.snoozedUntil) return { alert, type: null };
  if (snoozedUntil !== null && !isUnresolved(alert.status)) {
    return {
      conflict: "illegal-snooze",
      detail: `The alert is ${alert.status}. Only OPEN and ACKNOWLEDGED alerts can be snoozed.`,
    };
  }
  const snoozed = { ...alert, version: alert.version + 1, snoozedUntil, changedAt: now };
  return { alert: snoozed, type: snoozedUntil === null ? "UNSNOOZED" : "SNOOZED" };
}

const NOT_ACKNOWLEDGED = { acknowledgedAt: null, acknowledgedBy: null, acknowledgedByName: null };

/** The fields that a move sets or clears. */
function fieldsOf(type: MoveType, { actor, actorName }: AlertUpdate, now: number): Partial<AlertState> {
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
