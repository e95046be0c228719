/** The effect of one event on the latest alert of its key. Pure: takes the alert and the event, returns the next state. */
import { SECOND, toIso } from "../lib/time.ts";
import type { AlertState } from "./alert.ts";
import type { IncomingEvent } from "./event.ts";
import type { Action, AlertStatus, Outcome } from "./model.ts";
import { endSnooze, isUnresolved, MAX_SNOOZE_MS } from "./status.ts";

/** A dated resolve that found no unresolved alert. Instants are Unix ms. */
export interface EarlyResolve {
  /** A trigger dated before this is stale. */
  endedAt: number;
  receivedAt: number;
}

/** The remembered state that an event applies to. */
export interface Before {
  /** The latest alert of the event's key; null: there is none. */
  alert: AlertState | null;
  earlyResolve: EarlyResolve | null;
}

/** When an event arrived, and how its dates are read. */
export interface Arrival {
  /** Unix ms by the object's clock. */
  receivedAt: number;
  /** When it arrived at the edge, in Unix ms. A replay has the arrival of its original. */
  arrivedAt: number;
  isReplay: boolean;
  /** See Provider.maxLatenessMs. */
  maxLatenessMs: number | null;
}

/** An outcome of an event that concerns an alert. */
export type AppliedOutcome = Exclude<Outcome, "alive" | "ignored" | "duplicate">;

/** The effect of one event. `alert` is the alert's next state; null: it does not change, or only by `refresh`. */
export type Step = { refresh?: Refresh } & (
  | { outcome: AppliedOutcome; alert: AlertState | null; detail?: string }
  | { outcome: "alive"; alert: null; detail?: string }
  | { outcome: "ignored"; alert: null; detail: string; earlyResolve?: EarlyResolve }
);

const WITHOUT_EFFECT: ReadonlySet<Outcome> = new Set(["alive", "stale", "ignored", "duplicate"]);

/** Whether an outcome changed an alert or added a comment to its timeline. */
export const hasEffect = (outcome: Outcome): boolean => !WITHOUT_EFFECT.has(outcome);

/** The fields of an alert that an event may change without a new version. Only the object keeps them. Instants are Unix ms. */
export type Refresh = Pick<AlertState, "lastEventAt" | "expiresAt" | "statusSetBy">;

/** The fields that a repeated event moves forward; null: none. */
export function refreshOf(alert: AlertState, event: IncomingEvent, arrival: Arrival): Refresh | null {
  const { orderedAt } = datesOf(event, arrival);
  const lastEventAt = orderedAt === null ? alert.lastEventAt : Math.max(orderedAt, alert.lastEventAt ?? orderedAt);
  const expiresAt = expiryOf(event, arrival) ?? alert.expiresAt;
  const { statusSetBy } = confirmStatus(alert, event);
  const isSame =
    lastEventAt === alert.lastEventAt && expiresAt === alert.expiresAt && statusSetBy === alert.statusSetBy;
  return isSame ? null : { lastEventAt, expiresAt, statusSetBy };
}

/** The fields that change if an event without another effect confirms the status; null: it does not, or another one did before. */
function confirmationOf(alert: AlertState, event: IncomingEvent): Refresh | null {
  const { lastEventAt, expiresAt, statusSetBy } = confirmStatus(alert, event);
  return statusSetBy === alert.statusSetBy ? null : { lastEventAt, expiresAt, statusSetBy };
}

const ENDED: readonly AlertStatus[] = ["RESOLVED", "CLOSED"];

/** The statuses that an event asserts. A trigger does not contradict an acknowledgement, but says nothing about it. */
const ASSERTED: Readonly<Record<Action, readonly AlertStatus[]>> = {
  trigger: ["OPEN"],
  acknowledge: ["ACKNOWLEDGED"],
  resolve: ENDED,
  heartbeat: ENDED,
  snooze: [],
  note: [],
};

/** Names the source as who last set or confirmed the status of an alert, if the event asserts it. */
const confirmStatus = (alert: AlertState, { action }: IncomingEvent): AlertState =>
  alert.statusSetBy !== "source" && ASSERTED[action].includes(alert.status)
    ? { ...alert, statusSetBy: "source" }
    : alert;

/** When an alert ends unless it is renewed, in Unix ms. A replay gets the time that its original had. */
const expiryOf = ({ expiresAt }: IncomingEvent, { receivedAt, arrivedAt, isReplay }: Arrival): number | null =>
  expiresAt !== null && isReplay ? expiresAt + Math.max(receivedAt - arrivedAt, 0) : expiresAt;

/** Applies an event. @param newAlertId called for a new alert */
export function applyEvent(before: Before, event: IncomingEvent, arrival: Arrival, newAlertId: () => string): Step {
  const step = effectOf(before, event, arrival, newAlertId);
  if (step.alert) return { ...step, alert: confirmStatus(step.alert, event) };
  const refresh = before.alert && step.outcome !== "stale" ? confirmationOf(before.alert, event) : null;
  return refresh ? { ...step, refresh } : step;
}

function effectOf(before: Before, event: IncomingEvent, arrival: Arrival, newAlertId: () => string): Step {
  const { alert } = before;
  const dates = datesOf(event, arrival);
  if (event.action === "note") return note(alert, event);
  const staleness = staleReason(before, event, dates, arrival);
  if (staleness !== null) return { outcome: "stale", alert: null, detail: staleness };
  const unresolved = alert && isUnresolved(alert.status) ? alert : null;
  switch (event.action) {
    case "trigger":
      if (!unresolved) return { outcome: "created", alert: open(event, dates, arrival, newAlertId()) };
      return {
        outcome: "repeated",
        alert: event.endsAcknowledgement
          ? endAcknowledgement(unresolved, dates, arrival)
          : repeat(unresolved, event, dates, arrival),
      };
    case "acknowledge":
      return acknowledge(unresolved, alert, event, dates, arrival);
    case "resolve":
      return resolve(unresolved, before, event, dates, arrival);
    case "snooze":
      return snooze(unresolved, alert, event, dates, arrival);
    case "heartbeat":
      // Whatever was wrong, the source is alive and well now.
      return unresolved ? resolve(unresolved, before, event, dates, arrival) : { outcome: "alive", alert: null };
  }
}

/** The dates of an event in Unix ms, none later than its arrival: a clock that runs ahead must not make later events stale. */
interface Dates {
  /** By the source's clock; null: the source sent no date. */
  happenedAt: number | null;
  /** The date that orders the events of an alert. A trigger dated before a resolve is stale. */
  orderedAt: number | null;
  /** For instants of the alert: an event without a date is dated by its arrival. */
  at: number;
}

function datesOf({ action, occurredAt, startedAt }: IncomingEvent, { arrivedAt }: Arrival): Dates {
  const bound = (time: number | null) => (time === null ? null : Math.min(time, arrivedAt));
  const happenedAt = bound(occurredAt);
  const start = bound(startedAt);
  // A resolve ends its own episode, even if its end lies before its start.
  const end = action === "resolve" && start !== null ? Math.max(happenedAt ?? start, start + 1) : happenedAt;
  return { happenedAt, orderedAt: end, at: happenedAt ?? arrivedAt };
}

/** Why an event is stale; null: it is not. */
function staleReason(
  { alert, earlyResolve }: Before,
  { action }: IncomingEvent,
  { orderedAt }: Dates,
  { receivedAt, arrivedAt, isReplay, maxLatenessMs }: Arrival,
): string | null {
  // An event without a date counts as the latest one, unless it is replayed.
  if (alert && orderedAt === null && isReplay && arrivedAt < alert.latestArrivalAt) {
    return `received ${toIso(arrivedAt)}, before the latest event of this alert (${toIso(alert.latestArrivalAt)})`;
  }
  if (orderedAt === null) return null;
  // A source may date every trigger with the start of its episode. Long after a resolve, an old date means that the episode continues.
  const continues = (endedAt: number) => maxLatenessMs !== null && receivedAt - endedAt > maxLatenessMs;
  if (alert && alert.lastEventAt !== null && isBefore(orderedAt, alert.lastEventAt, action)) {
    if (action === "trigger" && !isUnresolved(alert.status) && continues(alert.changedAt)) return null;
    return `dated ${toIso(orderedAt)}, before the latest event of this alert (${toIso(alert.lastEventAt)})`;
  }
  if (action !== "trigger" || !earlyResolve || orderedAt >= earlyResolve.endedAt) return null;
  if (continues(earlyResolve.receivedAt)) return null;
  return `dated ${toIso(orderedAt)}, before a resolve of its alert key that arrived first (${toIso(earlyResolve.endedAt)})`;
}

/**
 * Whether an event is dated before another. A resolve in whole seconds may be of any time of that second: it ends a trigger
 * of the same second that has milliseconds.
 */
const isBefore = (time: number, other: number, action: Action): boolean =>
  time < (action === "resolve" && time % SECOND === 0 ? other - (other % SECOND) : other);

function open(event: IncomingEvent, { happenedAt, at }: Dates, arrival: Arrival, id: string): AlertState {
  const { receivedAt, arrivedAt } = arrival;
  return {
    id,
    alertKey: event.alertKey,
    version: 1,
    status: "OPEN",
    statusSetBy: "source",
    severity: event.severity,
    occurrences: 1,
    eventCount: 1,
    lastEventAt: happenedAt,
    latestArrivalAt: arrivedAt,
    changedAt: receivedAt,
    triggeredAt: at,
    lastSeenAt: receivedAt,
    expiresAt: expiryOf(event, arrival),
    acknowledgedAt: null,
    acknowledgedBy: null,
    acknowledgedByName: null,
    resolvedAt: null,
    closedAt: null,
    snoozedUntil: null,
    content: event.content,
  };
}

function repeat(alert: AlertState, event: IncomingEvent, dates: Dates, arrival: Arrival): AlertState {
  return {
    ...next(alert, dates, arrival),
    // The source's latest severity counts, higher or lower.
    severity: event.severity,
    occurrences: alert.occurrences + 1,
    // The clock may have been set back.
    lastSeenAt: Math.max(alert.lastSeenAt, arrival.receivedAt),
    expiresAt: expiryOf(event, arrival),
    content: event.content,
  };
}

/** Ends the acknowledgement of an alert. The event says nothing else about it. */
const endAcknowledgement = (alert: AlertState, dates: Dates, arrival: Arrival): AlertState => ({
  ...next(alert, dates, arrival),
  status: "OPEN",
  acknowledgedAt: null,
  acknowledgedBy: null,
  acknowledgedByName: null,
});

function acknowledge(
  unresolved: AlertState | null,
  latest: AlertState | null,
  event: IncomingEvent,
  dates: Dates,
  arrival: Arrival,
): Step {
  if (!unresolved) return { outcome: "ignored", alert: null, detail: noMatch("acknowledge", event.alertKey, latest) };
  if (unresolved.status === "ACKNOWLEDGED") {
    // The comment of a second acknowledgement is kept.
    if (event.note !== null) return { outcome: "noted", alert: null, detail: "the alert is already ACKNOWLEDGED" };
    return { outcome: "ignored", alert: null, detail: "the alert is already ACKNOWLEDGED" };
  }
  const alert: AlertState = {
    ...next(unresolved, dates, arrival),
    status: "ACKNOWLEDGED",
    acknowledgedAt: dates.at,
    acknowledgedBy: "source",
    acknowledgedByName: event.author,
  };
  return { outcome: "acknowledged", alert };
}

function resolve(
  unresolved: AlertState | null,
  { alert: latest, earlyResolve }: Before,
  event: IncomingEvent,
  dates: Dates,
  arrival: Arrival,
): Step {
  if (unresolved) {
    // An end before the start is wrong: use the arrival.
    const resolvedAt = dates.at < unresolved.triggeredAt ? arrival.receivedAt : dates.at;
    const resolved: AlertState = { ...next(unresolved, dates, arrival), status: "RESOLVED", resolvedAt };
    return { outcome: "resolved", alert: endSnooze(resolved) };
  }
  const detail = noMatch("resolve", event.alertKey, latest);
  if (event.alertKey === null || dates.orderedAt === null) return { outcome: "ignored", alert: null, detail };
  // The trigger of this resolve may still arrive.
  const endedAt = dates.orderedAt;
  if (earlyResolve && earlyResolve.endedAt >= endedAt) return { outcome: "ignored", alert: null, detail };
  return { outcome: "ignored", alert: null, detail, earlyResolve: { endedAt, receivedAt: arrival.receivedAt } };
}

/** Mutes the alert until the time of the event, which replaces the end of an earlier snooze. */
function snooze(
  unresolved: AlertState | null,
  latest: AlertState | null,
  event: IncomingEvent,
  dates: Dates,
  arrival: Arrival,
): Step {
  const { snoozedUntil } = event;
  if (!unresolved) return { outcome: "ignored", alert: null, detail: noMatch("snooze", event.alertKey, latest) };
  if (snoozedUntil === null || snoozedUntil <= arrival.receivedAt) {
    return { outcome: "ignored", alert: null, detail: "nothing to snooze: the end is in the past" };
  }
  const end = Math.min(snoozedUntil, arrival.receivedAt + MAX_SNOOZE_MS);
  if (end === unresolved.snoozedUntil) {
    const detail = `the alert is already snoozed until ${toIso(end)}`;
    return { outcome: event.note === null ? "ignored" : "noted", alert: null, detail };
  }
  return { outcome: "snoozed", alert: { ...next(unresolved, dates, arrival), snoozedUntil: end } };
}

/** A comment changes no state, so it is recorded even if it is late or the alert has ended. */
function note(alert: AlertState | null, { alertKey, note: text }: IncomingEvent): Step {
  if (!alert) return { outcome: "ignored", alert: null, detail: noMatch("note", alertKey, alert) };
  if (text === null) return { outcome: "ignored", alert: null, detail: "nothing to note: the comment is empty" };
  return { outcome: "noted", alert: null };
}

/** The parts of the next state that every effect changes. */
const next = (alert: AlertState, { orderedAt }: Dates, { receivedAt, arrivedAt }: Arrival): AlertState => ({
  ...alert,
  version: alert.version + 1,
  eventCount: alert.eventCount + 1,
  lastEventAt: orderedAt === null ? alert.lastEventAt : Math.max(orderedAt, alert.lastEventAt ?? orderedAt),
  latestArrivalAt: Math.max(arrivedAt, alert.latestArrivalAt),
  changedAt: receivedAt,
});

function noMatch(action: Action, alertKey: string | null, before: AlertState | null): string {
  if (alertKey === null) return `nothing to ${action}: the event has no alert key`;
  if (!before) return `nothing to ${action}: no alert has this key`;
  return `nothing to ${action}: the alert is already ${before.status}`;
}
