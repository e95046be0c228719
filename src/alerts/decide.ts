/**
 * The rules of deduplication and correlation. Pure: takes the remembered state and a delivery, returns a decision and its
 * changes. Knows no storage and no clock, and never opens an alert's content. The effect of one event is in apply-event.ts.
 */
import { MINUTE, toIso } from "../lib/time.ts";
import {
  alertKeyOfRef,
  type AlertRef,
  type AlertState,
  differences,
  newEntry,
  refOf,
  refOfKey,
  type TimelineEntry,
} from "./alert.ts";
import {
  type AppliedOutcome,
  applyEvent,
  type Before,
  type EarlyResolve,
  hasEffect,
  type Refresh,
  refreshOf,
  type Step,
} from "./apply-event.ts";
import {
  type Decision,
  type DeliveryFacts,
  type Known,
  type NewIds,
  REMEMBERED_AFTER_WINDOW_MS,
  type RememberedDelivery,
  type RememberedOutcome,
} from "./decision.ts";
import type { DedupKey } from "./dedup-key.ts";
import type { EventOutcome, IncomingEvent, UnreadableEvent } from "./event.ts";
import type { EntryType } from "./model.ts";
import { isUnresolved } from "./status.ts";

/**
 * The decision that this very delivery got before: the edge repeats a call whose answer was lost.
 * @returns null: the delivery is new
 */
export function earlierDecision(known: Known, delivery: DeliveryFacts): Decision | null {
  const duplicateOf = known.duplicateOf(delivery.id);
  const remembered = rememberedById(known, delivery, duplicateOf ?? delivery.id);
  if (!remembered) return null;
  return duplicateOf === null ? sameDecision(remembered, delivery) : sameDuplicate(remembered, delivery);
}

/** A remembered delivery that has the dedup key of this one. */
function rememberedById(
  known: Known,
  { dedupKey, eventsFingerprint }: DeliveryFacts,
  id: string,
): RememberedDelivery | null {
  const keys = dedupKey.kind === "key" ? [dedupKey, { ...dedupKey, variant: eventsFingerprint }] : [dedupKey];
  const candidates = keys.map((key) => known.rememberedAt(key)).filter((candidate) => candidate !== null);
  const found = candidates.find(({ deliveryId }) => deliveryId === id);
  if (found) return found;
  return candidates.some(({ hasReplaced }) => hasReplaced) ? known.replaced(id) : null;
}

/**
 * Decides on a delivery that has no earlier decision.
 * @param windowMs the dedup window, which begins with the first delivery
 */
export function decide(known: Known, delivery: DeliveryFacts, windowMs: number, newIds: NewIds): Decision {
  const { dedupKey, eventsFingerprint, receivedAt } = delivery;
  const first = known.rememberedAt(dedupKey);
  const isInWindow = (remembered: RememberedDelivery | null) =>
    remembered !== null && receivedAt < remembered.expiresAt;

  if (!first || !isInWindow(first)) return accept(known, delivery, dedupKey, windowMs, newIds, null);
  const isSame = hasSameEvents(first, delivery);
  if (isSame || delivery.isKeySigned) {
    if (makesDuplicate(first, delivery, known)) return duplicate(first, delivery, known);
    return accept(known, delivery, dedupKey, windowMs, newIds, notDuplicate(dedupKey, first));
  }

  // Anybody who repeats a delivery can change an unsigned key, and some sources reuse keys.
  const variantKey: DedupKey = { ...dedupKey, variant: eventsFingerprint };
  const variant = known.rememberedAt(variantKey);
  if (variant && isInWindow(variant) && makesDuplicate(variant, delivery, known))
    return duplicate(variant, delivery, known);
  const note = `same idempotency key as delivery ${first.deliveryId}, but its events differ`;
  return accept(known, delivery, variantKey, windowMs, newIds, note);
}

/** Whether a remembered delivery with the same dedup key has the same events. */
const hasSameEvents = (first: RememberedDelivery, { dedupKey, eventsFingerprint }: DeliveryFacts): boolean =>
  dedupKey.kind === "fingerprint" || [null, eventsFingerprint].includes(first.eventsFingerprint);

/**
 * Whether a remembered delivery makes this one a duplicate. A repeated key does, if the first delivery had an effect. A
 * repeated fingerprint does if everything that it changed still stands, and the rest would still change nothing: a trigger
 * after a resolve is new, and so is A after A and B.
 */
function makesDuplicate(remembered: RememberedDelivery, delivery: DeliveryFacts, known: Known): boolean {
  const { outcomes } = remembered;
  // With a repeated key, the source itself declares that this is the same delivery.
  if (delivery.dedupKey.kind === "key")
    return outcomes.length === 0 || outcomes.some(({ outcome }) => hasEffect(outcome));
  if (outcomes.length !== delivery.events.length) return false;
  return (
    outcomes.some(({ outcome }) => hasEffect(outcome)) &&
    outcomes.every((outcome, at) =>
      hasEffect(outcome.outcome)
        ? stands(outcome, known)
        : !hasEffect(stepNow(delivery.events[at], delivery, known)?.outcome ?? "ignored"),
    )
  );
}

/** Whether no other event of the source has changed the alert since. Changes by people do not count. */
function stands({ ref, alertId, outcome, eventCount }: RememberedOutcome, known: Known): boolean {
  const alert = ref === null ? null : known.alertAt(ref);
  if (alert?.id !== alertId || alert?.eventCount !== eventCount) return false;
  return outcome === "noted" || isUnresolved(alert.status);
}

/** The effect that an event would have now; null: it is unreadable. */
function stepNow(
  event: IncomingEvent | UnreadableEvent | undefined,
  delivery: DeliveryFacts,
  known: Known,
): Step | null {
  if (event === undefined || "unreadable" in event) return null;
  return applyEvent(beforeOf(event, known), event, delivery, () => delivery.id);
}

const beforeOf = ({ alertKey }: IncomingEvent, known: Pick<Known, "alertAt" | "earlyResolveOf">): Before =>
  alertKey === null
    ? { alert: null, earlyResolve: null }
    : { alert: known.alertAt(refOfKey(alertKey)), earlyResolve: known.earlyResolveOf(alertKey) };

const dedupKeyWords = ({ kind }: DedupKey): string => (kind === "key" ? "idempotency key" : "content");

function notDuplicate(dedupKey: DedupKey, { deliveryId, outcomes }: RememberedDelivery): string {
  const hadEffect = outcomes.some(({ outcome }) => hasEffect(outcome));
  const why = hadEffect ? "but its alerts have changed since" : "which had no effect";
  return `same ${dedupKeyWords(dedupKey)} as delivery ${deliveryId}, ${why}`;
}

const explain = (dedupKey: DedupKey, remembered: RememberedDelivery): Decision["explanation"] => ({
  dedupKey,
  firstSeenAt: toIso(remembered.firstSeenAt),
  firstDeliveryId: remembered.deliveryId,
  windowEndsAt: toIso(remembered.expiresAt),
});

const publicOutcome = ({ ref: _, eventCount: __, ...outcome }: RememberedOutcome): EventOutcome => outcome;

const alertKeyOf = ({ ref }: RememberedOutcome): string | null => alertKeyOfRef(ref);

const noChanges = () => ({
  alerts: new Map<AlertRef, AlertState>(),
  timeline: [],
  remember: [],
  replaced: [],
  earlyResolves: new Map<string, EarlyResolve>(),
  refreshes: new Map<AlertRef, Refresh>(),
  isRenewal: false,
});

function sameDecision(remembered: RememberedDelivery, delivery: DeliveryFacts): Decision {
  return {
    ...noChanges(),
    repeats: null,
    status: "ACCEPTED",
    duplicateOf: null,
    outcomes: remembered.outcomes.map(publicOutcome),
    alertKeys: remembered.outcomes.map(alertKeyOf),
    reason: acceptedReason(delivery, remembered, remembered.remark),
    explanation: explain(delivery.dedupKey, remembered),
  };
}

const duplicate = (remembered: RememberedDelivery, delivery: DeliveryFacts, known: Known): Decision => ({
  ...sameDuplicate(remembered, delivery),
  refreshes: refreshesOf(remembered, delivery, known),
  earlyResolves: earlyResolvesOf(delivery, known),
  isRenewal: delivery.events.some((event) => !("unreadable" in event) && event.expiresAt !== null),
});

function sameDuplicate(remembered: RememberedDelivery, delivery: DeliveryFacts): Decision {
  const { dedupKey } = delivery;
  const remark = hasSameEvents(remembered, delivery) ? "" : ", although its events differ";
  return {
    ...noChanges(),
    repeats: remembered,
    status: "DUPLICATE",
    duplicateOf: remembered.deliveryId,
    outcomes: remembered.outcomes.map(({ alertId, action }) => ({ alertId, action, outcome: "duplicate" })),
    alertKeys: remembered.outcomes.map(alertKeyOf),
    reason:
      `duplicate: same ${dedupKeyWords(dedupKey)} as delivery ${remembered.deliveryId}${remark}, ` +
      `first seen ${toIso(remembered.firstSeenAt)}; the window ends ${toIso(remembered.expiresAt)}`,
    explanation: explain(dedupKey, remembered),
  };
}

function refreshesOf({ outcomes }: RememberedDelivery, delivery: DeliveryFacts, known: Known): Decision["refreshes"] {
  const { events } = delivery;
  const refreshes = new Map<AlertRef, Refresh>();
  if (outcomes.length !== events.length) return refreshes;
  for (const [at, event] of events.entries()) {
    const { ref = null, alertId, outcome = "ignored" } = outcomes[at] ?? {};
    if ("unreadable" in event || ref === null || !hasEffect(outcome)) continue;
    const alert = known.alertAt(ref);
    if (!alert || alert.id !== alertId || !isUnresolved(alert.status)) continue;
    // Several events may be of one alert.
    const refresh = refreshOf({ ...alert, ...refreshes.get(ref) }, event, delivery);
    if (refresh) refreshes.set(ref, refresh);
  }
  return refreshes;
}

function acceptedReason({ dedupKey }: DeliveryFacts, remembered: RememberedDelivery, remark: string | null): string {
  return `accepted: ${remark === null ? "" : `${remark}; `}${consequence(dedupKey, remembered)}`;
}

function consequence(dedupKey: DedupKey, { outcomes, expiresAt }: RememberedDelivery): string {
  if (outcomes.length > 0 && !outcomes.some(({ outcome }) => hasEffect(outcome))) {
    return outcomes.some(({ outcome }) => outcome === "alive") ? "a heartbeat" : "no effect on any alert";
  }
  if (outcomes.length === 0 && dedupKey.kind === "fingerprint") return "no events";
  return `repeats with the same ${dedupKeyWords(dedupKey)} are duplicates until ${toIso(expiresAt)}`;
}

/** The resolves of a duplicate that found no alert: their triggers may still arrive. */
function earlyResolvesOf(delivery: DeliveryFacts, known: Known): Decision["earlyResolves"] {
  return new Map(
    delivery.events.flatMap((event): [string, EarlyResolve][] => {
      if ("unreadable" in event || event.alertKey === null || event.action !== "resolve") return [];
      const step = stepNow(event, delivery, known);
      return step?.outcome === "ignored" && step.earlyResolve ? [[event.alertKey, step.earlyResolve]] : [];
    }),
  );
}

/** @param remark the reason why a delivery with the same dedup key does not make it a duplicate; null: there is none */
function accept(
  known: Known,
  delivery: DeliveryFacts,
  rememberAs: DedupKey,
  windowMs: number,
  newIds: NewIds,
  remark: string | null,
): Decision {
  const changed = new Map<AlertRef, AlertState>();
  const superseded: AlertState[] = [];
  const timeline: TimelineEntry[] = [];
  const earlyResolves = new Map<string, EarlyResolve>();
  const refreshes = new Map<AlertRef, Refresh>();
  const current = {
    alertAt: (ref: AlertRef) => {
      const alert = changed.get(ref) ?? known.alertAt(ref);
      const refresh = refreshes.get(ref);
      return alert && refresh ? { ...alert, ...refresh } : alert;
    },
    earlyResolveOf: (alertKey: string) => earlyResolves.get(alertKey) ?? known.earlyResolveOf(alertKey),
  };

  const outcomes = delivery.events.map((event): RememberedOutcome => {
    const none = { alertId: null, ref: null, eventCount: null };
    if ("unreadable" in event) return { ...none, action: null, outcome: "ignored", detail: event.unreadable };
    const { action, alertKey, eventId } = event;
    const earlier = eventId === null ? null : earlierEvent(known, eventId, delivery.receivedAt);
    if (earlier) return { ...none, ...earlier, action, outcome: "duplicate" };
    const before = beforeOf(event, current);
    const step = applyEvent(before, event, delivery, () => newIds.alert(alertKey));
    const alert = step.alert ?? before.alert;
    if (before.alert && step.refresh) refreshes.set(refOf(alertKey, before.alert.id), step.refresh);
    const result = { action, outcome: step.outcome, ...(step.detail !== undefined && { detail: step.detail }) };
    if (step.outcome === "alive") return { ...none, ...result, ref: alertKey === null ? null : refOfKey(alertKey) };
    if (step.outcome === "ignored" || !alert) {
      if (step.outcome === "ignored" && step.earlyResolve && alertKey !== null) {
        earlyResolves.set(alertKey, step.earlyResolve);
      }
      const ref = alertKey === null ? null : refOfKey(alertKey);
      return { ...none, ...result, alertId: alert?.id ?? null, ref };
    }
    const ref = refOf(alertKey, alert.id);
    const previous = changed.get(ref);
    if (step.alert && previous && previous.id !== step.alert.id) superseded.push(previous);
    if (step.alert) {
      changed.set(ref, step.alert);
      refreshes.delete(ref);
    }
    timeline.push(entryOf(step.outcome, event, before.alert, step.alert, alert, delivery, newIds.timelineEntry()));
    return { ...none, ...result, alertId: alert.id, ref };
  });

  const remembered: RememberedDelivery = {
    deliveryId: delivery.id,
    firstSeenAt: delivery.receivedAt,
    expiresAt: delivery.receivedAt + windowMs,
    eventsFingerprint: delivery.eventsFingerprint,
    remark,
    hasReplaced: false,
    outcomes: outcomes.map((outcome) => ({ ...outcome, eventCount: eventCountOf(outcome, current.alertAt) })),
  };
  return {
    status: "ACCEPTED",
    duplicateOf: null,
    outcomes: outcomes.map(publicOutcome),
    alertKeys: outcomes.map(alertKeyOf),
    reason: acceptedReason(delivery, remembered, remark),
    explanation: explain(rememberAs, remembered),
    alerts: changed,
    superseded,
    timeline,
    ...replacing(known, delivery, [
      { dedupKey: rememberAs, delivery: remembered },
      ...rememberedEvents(delivery, rememberAs, remembered),
    ]),
    earlyResolves,
    repeats: null,
    refreshes,
    isRenewal: false,
  };
}

/** What to remember, and the deliveries that it replaces: their calls may still be repeated. */
function replacing(
  known: Known,
  { receivedAt }: DeliveryFacts,
  remember: Decision["remember"],
): Pick<Decision, "remember" | "replaced"> {
  const replaced: RememberedDelivery[] = [];
  const remembered = remember.map((item) => {
    const before = known.rememberedAt(item.dedupKey);
    if (!before || receivedAt >= before.expiresAt + REMEMBERED_AFTER_WINDOW_MS) return item;
    // An event alone answers no call.
    if (before.eventsFingerprint !== null) replaced.push(before);
    return { ...item, delivery: { ...item.delivery, hasReplaced: true } };
  });
  return { remember: remembered, replaced };
}

/** The alert of an event that the source sent before, alone or in a batch; null: the event is new, or had no effect. */
function earlierEvent(
  known: Known,
  eventId: string,
  now: number,
): Pick<RememberedOutcome, "alertId" | "ref" | "detail"> | null {
  const seen = known.rememberedAt(eventKey(eventId));
  const [outcome, ...others] = seen?.outcomes ?? [];
  if (!seen || now >= seen.expiresAt || !outcome || others.length > 0 || !hasEffect(outcome.outcome)) return null;
  return { alertId: outcome.alertId, ref: outcome.ref, detail: `the same event as in delivery ${seen.deliveryId}` };
}

/** Each event of a delivery that has an id and had an effect: the source may send it again alone. */
function rememberedEvents(
  { events }: DeliveryFacts,
  rememberAs: DedupKey,
  remembered: RememberedDelivery,
): Decision["remember"] {
  return remembered.outcomes.flatMap((outcome, at) => {
    const event = events[at];
    if (!event || "unreadable" in event || event.eventId === null || !hasEffect(outcome.outcome)) return [];
    if (rememberAs.kind === "key" && rememberAs.value === event.eventId) return [];
    const delivery = { ...remembered, eventsFingerprint: null, outcomes: [outcome] };
    return [{ dedupKey: eventKey(event.eventId), delivery }];
  });
}

const eventKey = (eventId: string): DedupKey => ({ kind: "key", value: eventId });

/** The count of the outcome's alert after all events of the delivery. */
const eventCountOf = ({ ref, outcome }: RememberedOutcome, alertAt: Known["alertAt"]): number | null =>
  ref !== null && hasEffect(outcome) ? (alertAt(ref)?.eventCount ?? null) : null;

const ENTRY_TYPE_OF: Record<AppliedOutcome, EntryType> = {
  created: "CREATED",
  repeated: "REPEATED",
  acknowledged: "ACKNOWLEDGED",
  resolved: "RESOLVED",
  noted: "NOTED",
  snoozed: "SNOOZED",
  stale: "STALE",
};

/** A repeated event that moved the status has ended the acknowledgement. */
const entryTypeOf = (outcome: AppliedOutcome, before: AlertState | null, after: AlertState | null): EntryType =>
  outcome === "repeated" && before?.status !== after?.status ? "UNACKNOWLEDGED" : ENTRY_TYPE_OF[outcome];

function entryOf(
  outcome: AppliedOutcome,
  event: IncomingEvent,
  before: AlertState | null,
  after: AlertState | null,
  alert: AlertState,
  { receivedAt }: DeliveryFacts,
  id: string,
): TimelineEntry {
  const changes = after ? differences(before?.id === alert.id ? before : null, after) : {};
  const { author: actorName, occurredAt, note } = event;
  return newEntry(
    id,
    entryTypeOf(outcome, before, after),
    alert,
    changes,
    { actor: "source", actorName, occurredAt, note },
    receivedAt,
  );
}

/** A dedup window in ms. */
export const windowMs = (minutes: number): number => minutes * MINUTE;
