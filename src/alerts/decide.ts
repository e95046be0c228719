/**
 * The rules of deduplication and correlation. Pure: takes the remembered state and a delivery, returns a decision and its
 * changes. Knows no storage and no clock, and never opens an alert's content.
 */
import { MINUTE, toIso } from "../lib/time.ts";
import {
  type AlertChanges,
  alertKeyOfRef,
  type AlertRef,
  type AlertState,
  differences,
  refOf,
  refOfKey,
  type TimelineEntry,
} from "./alert.ts";
import type { DedupKey } from "./dedup-key.ts";
import type { EventOutcome, IncomingEvent, UnreadableEvent } from "./event.ts";
import type { Action, DeliveryStatus, Outcome } from "./model.ts";
import { moreSevere } from "./severity.ts";
import { isUnresolved } from "./status.ts";

/** An accepted delivery, as remembered under its dedup key for the length of the dedup window. Instants are Unix ms. */
export interface RememberedDelivery {
  deliveryId: string;
  firstSeenAt: number;
  expiresAt: number;
  outcomes: RememberedOutcome[];
}

/** The outcome of one of its events, and where its alert is remembered or was looked up. */
export interface RememberedOutcome extends EventOutcome {
  ref: AlertRef | null;
}

/** The state that a decision looks up. */
export interface Known {
  /** The delivery remembered under the same dedup key. */
  remembered: RememberedDelivery | null;
  alertAt(ref: AlertRef): AlertState | null;
}

/** The part of a delivery that a decision depends on. */
export interface DeliveryFacts {
  id: string;
  dedupKey: DedupKey;
  /** Unix ms by the object's clock. */
  receivedAt: number;
  events: readonly (IncomingEvent | UnreadableEvent)[];
  /** See Provider.maxLatenessMs. */
  maxLatenessMs: number | null;
}

/** Makes the ids of new alerts and timeline entries. */
export interface NewIds {
  timelineEntry(): string;
  alert(alertKey: string | null): string;
}

/** The decision on a delivery, with everything that it changes. */
export interface Decision extends AlertChanges {
  status: Exclude<DeliveryStatus, "REJECTED">;
  duplicateOf: string | null;
  outcomes: EventOutcome[];
  /** The alert key of each outcome. */
  alertKeys: (string | null)[];
  /** Why, in words. */
  reason: string;
  /** Why, as data. */
  explanation: { dedupKey: DedupKey; firstSeenAt: string; firstDeliveryId: string; windowEndsAt: string };
  /** The delivery to remember under the dedup key; null: the remembered one stays. */
  remember: RememberedDelivery | null;
  /** This very delivery was decided before, so its record exists already. */
  isRecorded: boolean;
}

/**
 * Decides on a delivery.
 * @param windowMs how long its dedup key is remembered, from the first delivery on
 */
export function decide(known: Known, delivery: DeliveryFacts, windowMs: number, newIds: NewIds): Decision {
  const { remembered } = known;
  // The edge repeats a call whose answer was lost. The same delivery gets the same decision.
  if (remembered?.deliveryId === delivery.id) return sameDecision(remembered, delivery);

  const isInWindow = remembered !== null && delivery.receivedAt < remembered.expiresAt;
  if (isInWindow && makesDuplicate(remembered, delivery.dedupKey, known)) return duplicate(remembered, delivery);
  return accept(known, delivery, windowMs, newIds, isInWindow ? remembered : null);
}

/**
 * Whether a remembered delivery makes this one a duplicate. A repeated idempotency key always does. A repeated fingerprint
 * does only while the alert of each of its events is unresolved: a trigger after a resolve is new, and so is a resolve
 * that found no alert the first time.
 */
function makesDuplicate(remembered: RememberedDelivery, dedupKey: DedupKey, known: Known): boolean {
  if (dedupKey.kind === "key") return true;
  const readable = remembered.outcomes.filter((outcome) => outcome.action !== null);
  return (
    readable.length > 0 &&
    readable.every(({ ref, alertId, outcome }) => {
      const alert = ref === null || outcome === "ignored" ? null : known.alertAt(ref);
      return alert?.id === alertId && isUnresolved(alert.status);
    })
  );
}

const dedupKeyWords = ({ kind }: DedupKey): string => (kind === "key" ? "idempotency key" : "content");

const explain = (dedupKey: DedupKey, remembered: RememberedDelivery): Decision["explanation"] => ({
  dedupKey,
  firstSeenAt: toIso(remembered.firstSeenAt),
  firstDeliveryId: remembered.deliveryId,
  windowEndsAt: toIso(remembered.expiresAt),
});

const publicOutcome = ({ ref: _, ...outcome }: RememberedOutcome): EventOutcome => outcome;

const alertKeyOf = ({ ref, outcome }: RememberedOutcome): string | null =>
  outcome === "ignored" ? null : alertKeyOfRef(ref);

const noChanges = () => ({ alerts: new Map<AlertRef, AlertState>(), timeline: [], remember: null });

function sameDecision(remembered: RememberedDelivery, { dedupKey }: DeliveryFacts): Decision {
  return {
    ...noChanges(),
    isRecorded: true,
    status: "ACCEPTED",
    duplicateOf: null,
    outcomes: remembered.outcomes.map(publicOutcome),
    alertKeys: remembered.outcomes.map(alertKeyOf),
    reason: acceptedReason(dedupKey, remembered, null),
    explanation: explain(dedupKey, remembered),
  };
}

function duplicate(remembered: RememberedDelivery, { dedupKey }: DeliveryFacts): Decision {
  return {
    ...noChanges(),
    isRecorded: false,
    status: "DUPLICATE",
    duplicateOf: remembered.deliveryId,
    outcomes: remembered.outcomes.map(({ alertId, action }) => ({ alertId, action, outcome: "duplicate" })),
    alertKeys: remembered.outcomes.map(alertKeyOf),
    reason:
      `duplicate: same ${dedupKeyWords(dedupKey)} as delivery ${remembered.deliveryId}, ` +
      `first seen ${toIso(remembered.firstSeenAt)}; the window ends ${toIso(remembered.expiresAt)}`,
    explanation: explain(dedupKey, remembered),
  };
}

function acceptedReason(
  dedupKey: DedupKey,
  remembered: RememberedDelivery,
  sameContent: RememberedDelivery | null,
): string {
  const ending = `repeats with the same ${dedupKeyWords(dedupKey)} are duplicates until ${toIso(remembered.expiresAt)}`;
  if (!sameContent) return `accepted: ${ending}`;
  return `accepted: same content as delivery ${sameContent.deliveryId}, but its alerts are not all unresolved; ${ending}`;
}

function accept(
  known: Known,
  delivery: DeliveryFacts,
  windowMs: number,
  newIds: NewIds,
  sameContent: RememberedDelivery | null,
): Decision {
  const changed = new Map<AlertRef, AlertState>();
  const superseded: AlertState[] = [];
  const timeline: TimelineEntry[] = [];
  const alertAt = (ref: AlertRef) => changed.get(ref) ?? known.alertAt(ref);

  const outcomes = delivery.events.map((event): RememberedOutcome => {
    if ("unreadable" in event) {
      return { alertId: null, ref: null, action: null, outcome: "ignored", detail: event.unreadable };
    }
    const before = event.alertKey === null ? null : alertAt(refOfKey(event.alertKey));
    const step = apply(before, event, delivery, newIds);
    const alert = step.alert ?? before;
    if (step.outcome === "ignored") {
      const ref = event.alertKey === null ? null : refOfKey(event.alertKey);
      return { alertId: before?.id ?? null, ref, action: event.action, outcome: "ignored", detail: step.detail };
    }
    if (!alert) throw new Error("an event with an effect has no alert");
    const ref = refOf(event.alertKey, alert.id);
    const previous = changed.get(ref);
    if (step.alert && previous && previous.id !== step.alert.id) superseded.push(previous);
    if (step.alert) changed.set(ref, step.alert);
    timeline.push({
      id: newIds.timelineEntry(),
      alertId: alert.id,
      type: ENTRY_TYPES[step.outcome],
      actor: "source",
      version: alert.version,
      status: alert.status,
      severity: alert.severity,
      occurredAt: event.occurredAt,
      recordedAt: delivery.receivedAt,
      changes: step.alert ? differences(before?.id === alert.id ? before : null, step.alert) : {},
    });
    return {
      alertId: alert.id,
      ref,
      action: event.action,
      outcome: step.outcome,
      ...(step.detail && { detail: step.detail }),
    };
  });

  const remember: RememberedDelivery = {
    deliveryId: delivery.id,
    firstSeenAt: delivery.receivedAt,
    expiresAt: delivery.receivedAt + windowMs,
    outcomes,
  };
  return {
    status: "ACCEPTED",
    duplicateOf: null,
    outcomes: outcomes.map(publicOutcome),
    alertKeys: outcomes.map(alertKeyOf),
    reason: acceptedReason(delivery.dedupKey, remember, sameContent),
    explanation: explain(delivery.dedupKey, remember),
    alerts: changed,
    superseded,
    timeline,
    remember,
    isRecorded: false,
  };
}

type AppliedOutcome = Exclude<Outcome, "ignored" | "duplicate">;

const ENTRY_TYPES: Record<AppliedOutcome, TimelineEntry["type"]> = {
  created: "CREATED",
  repeated: "REPEATED",
  acknowledged: "ACKNOWLEDGED",
  resolved: "RESOLVED",
  stale: "STALE",
};

/** The effect of one event. `alert` is the alert's next state; null: it does not change. */
type Step =
  | { outcome: AppliedOutcome; alert: AlertState | null; detail?: string }
  | { outcome: "ignored"; alert: null; detail: string };

/** Applies an event to the latest alert of its key (null: there is none). */
function apply(
  before: AlertState | null,
  event: IncomingEvent,
  { receivedAt, maxLatenessMs }: DeliveryFacts,
  newIds: NewIds,
): Step {
  // A source's clock that runs ahead must not make everything after it stale.
  const happenedAt = event.occurredAt === null ? null : Math.min(event.occurredAt, receivedAt);
  const lastEventAt = before?.lastEventAt ?? null;
  const isOlder = happenedAt !== null && lastEventAt !== null && happenedAt < lastEventAt;
  if (before && isOlder && !continuesEpisode(before, event, receivedAt, maxLatenessMs)) {
    const detail = `dated ${toIso(happenedAt)}, before the latest event of this alert (${toIso(lastEventAt)})`;
    return { outcome: "stale", alert: null, detail };
  }
  const unresolved = before && isUnresolved(before.status) ? before : null;
  if (event.action === "trigger") {
    return unresolved
      ? { outcome: "repeated", alert: repeat(unresolved, event, happenedAt, receivedAt) }
      : { outcome: "created", alert: open(event, happenedAt, receivedAt, newIds.alert(event.alertKey)) };
  }
  if (!unresolved) return { outcome: "ignored", alert: null, detail: noMatch(event.action, event.alertKey, before) };
  return move(unresolved, event.action, happenedAt, receivedAt);
}

/** Whether a trigger with an old date belongs to an episode that continues, instead of arriving late for one that ended. */
function continuesEpisode(
  before: AlertState,
  event: IncomingEvent,
  receivedAt: number,
  maxLatenessMs: number | null,
): boolean {
  const isEnded = !isUnresolved(before.status);
  return (
    event.action === "trigger" && isEnded && maxLatenessMs !== null && receivedAt - before.changedAt > maxLatenessMs
  );
}

function noMatch(action: Action, alertKey: string | null, before: AlertState | null): string {
  if (alertKey === null) return `nothing to ${action}: the event has no alert key`;
  if (!before) return `nothing to ${action}: no alert has this key`;
  return `nothing to ${action}: the alert is already ${before.status}`;
}

function open(event: IncomingEvent, happenedAt: number | null, receivedAt: number, id: string): AlertState {
  return {
    id,
    alertKey: event.alertKey,
    version: 1,
    status: "OPEN",
    severity: event.severity,
    occurrences: 1,
    lastEventAt: happenedAt,
    changedAt: receivedAt,
    triggeredAt: happenedAt ?? receivedAt,
    lastSeenAt: receivedAt,
    acknowledgedAt: null,
    resolvedAt: null,
    closedAt: null,
    content: event.content,
  };
}

function repeat(alert: AlertState, event: IncomingEvent, happenedAt: number | null, receivedAt: number): AlertState {
  return {
    ...alert,
    version: alert.version + 1,
    severity: moreSevere(alert.severity, event.severity),
    occurrences: alert.occurrences + 1,
    lastEventAt: happenedAt ?? alert.lastEventAt,
    changedAt: receivedAt,
    // The clock may have stepped back.
    lastSeenAt: Math.max(alert.lastSeenAt, receivedAt),
    content: event.content,
  };
}

function move(
  alert: AlertState,
  action: "acknowledge" | "resolve",
  happenedAt: number | null,
  receivedAt: number,
): Step {
  const next = {
    ...alert,
    version: alert.version + 1,
    lastEventAt: happenedAt ?? alert.lastEventAt,
    changedAt: receivedAt,
  };
  const at = happenedAt ?? receivedAt;
  if (action === "resolve") return { outcome: "resolved", alert: { ...next, status: "RESOLVED", resolvedAt: at } };
  if (alert.status === "ACKNOWLEDGED") {
    return { outcome: "ignored", alert: null, detail: "the alert is already ACKNOWLEDGED" };
  }
  return { outcome: "acknowledged", alert: { ...next, status: "ACKNOWLEDGED", acknowledgedAt: at } };
}

/** A dedup window in ms. */
export const windowMs = (minutes: number): number => minutes * MINUTE;
