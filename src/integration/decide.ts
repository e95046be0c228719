/**
 * The rules of idempotency and correlation, pure: what is known and a delivery in, a verdict and its changes out.
 * It knows no storage and no clock, and never opens an alert's content.
 */
import type { Action, AlertStatus, DeliveryStatus, Outcome, Severity } from "../alerts/model.ts";
import { moreSevere } from "../alerts/severity.ts";
import { isUnresolved, type MoveType } from "../alerts/status.ts";
import { MINUTE, toIso } from "../lib/time.ts";
import type { EventOutcome, Identity, IncomingEvent, UnreadableElement } from "./messages.ts";
import { bucketOfIdentity, idIn } from "./buckets.ts";

/** An alert as the object remembers it. Instants are Unix ms. */
export interface LiveAlert {
  id: string;
  alertKey: string | null;
  /** Rises with every change; guards every write to Postgres. */
  version: number;
  status: AlertStatus;
  severity: Severity;
  occurrences: number;
  /** Source's date of the newest event applied, never past the time we heard of it; null: none was dated. */
  lastEventAt: number | null;
  /** When it last changed, by the object's clock. */
  changedAt: number;
  triggeredAt: number;
  lastSeenAt: number;
  acknowledgedAt: number | null;
  resolvedAt: number | null;
  closedAt: number | null;
  /** JSON of AlertContent. */
  content: string;
}

/** What is remembered of an accepted delivery for the length of its window. */
export interface SeenDelivery {
  deliveryId: string;
  firstSeenAt: number;
  expiresAt: number;
  outcomes: SeenOutcome[];
}

/** What one of its events led to, and where to find its alert again, or where it was looked for. */
export interface SeenOutcome extends EventOutcome {
  slot: string | null;
}

/** What decide looks up. A slot holds the latest alert of an alert key, or an alert without a key. */
export interface Known {
  seen: SeenDelivery | null;
  alertIn(slot: string): LiveAlert | null;
}

/** What decide needs of a delivery. `receivedAt` in Unix ms by the object's clock. */
export interface DeliveryFacts {
  id: string;
  identity: Identity;
  receivedAt: number;
  events: readonly (IncomingEvent | UnreadableElement)[];
  /** See Provider.maxLatenessMs. */
  maxLatenessMs: number | null;
}

/** An entry of an alert's timeline. */
export interface TimelineEntry {
  id: string;
  alertId: string;
  type: "CREATED" | "REPEATED" | "STALE" | MoveType;
  /** `source`, `tocsin`, `api:<key id>` or `user:<id>`. */
  actor: string;
  version: number;
  /** What the alert is once the entry had its effect. */
  status: AlertStatus;
  severity: Severity;
  occurredAt: number | null;
  recordedAt: number;
  changes: Record<string, { from: unknown; to: unknown }>;
  /** What somebody said to it. */
  note?: string | null;
}

/** Alerts that changed, by slot, in their last state, and what is to be told of it. */
export interface Change {
  alerts: Map<string, LiveAlert>;
  /** Alerts that ended and gave their slot to another one within the change, in their last state. */
  superseded?: LiveAlert[];
  timeline: TimelineEntry[];
}

/** The decision on a delivery and everything that it changes. */
export interface Verdict extends Change {
  status: Exclude<DeliveryStatus, "REJECTED">;
  duplicateOf: string | null;
  outcomes: EventOutcome[];
  /** Beside each outcome, the key of its alert. */
  alertKeys: (string | null)[];
  /** Why, in words. */
  reason: string;
  /** Why, as data. */
  explanation: { identity: Identity; firstSeenAt: string; firstDeliveryId: string; windowEndsAt: string };
  /** What to remember under the delivery's identity; null: what is known stays. */
  remember: SeenDelivery | null;
  /** The very same delivery was decided before: its record exists already. */
  isRecorded: boolean;
}

/** Where the alert of an event is remembered. */
export const slotOf = (alertKey: string | null, alertId: string): string =>
  alertKey === null ? `id:${alertId}` : keySlot(alertKey);

/** Where the latest alert of an alert key is remembered. */
export const keySlot = (alertKey: string): string => `key:${alertKey}`;

/**
 * Decides on a delivery.
 * @param windowMs how long its identity is remembered, from the first delivery on
 * @param newId gives the ids of new alerts and timeline entries
 */
export function decide(known: Known, delivery: DeliveryFacts, windowMs: number, newId: () => string): Verdict {
  const { seen } = known;
  // The edge asks again when an answer got lost on its way: the same delivery gets the same verdict.
  if (seen?.deliveryId === delivery.id) return sameAgain(seen, delivery);

  const isInWindow = seen !== null && delivery.receivedAt < seen.expiresAt;
  if (isInWindow && hides(seen, delivery.identity, known)) return duplicate(seen, delivery);
  return accept(known, delivery, windowMs, newId, isInWindow ? seen : null);
}

/**
 * Whether a remembered delivery makes this one a duplicate. A repeated key always does. A repeated fingerprint does so
 * only while each of its events stands behind an unresolved alert: it never hides a re-trigger after a resolve, nor a
 * resolve that found nothing to resolve the first time.
 */
function hides(seen: SeenDelivery, identity: Identity, known: Known): boolean {
  if (identity.kind === "key") return true;
  const readable = seen.outcomes.filter((outcome) => outcome.action !== null);
  return (
    readable.length > 0 &&
    readable.every(({ slot, alertId, outcome }) => {
      const alert = slot === null || outcome === "ignored" ? null : known.alertIn(slot);
      return alert?.id === alertId && isUnresolved(alert.status);
    })
  );
}

const identityWords = ({ kind }: Identity): string => (kind === "key" ? "idempotency key" : "content");

const explain = (identity: Identity, seen: SeenDelivery): Verdict["explanation"] => ({
  identity,
  firstSeenAt: toIso(seen.firstSeenAt),
  firstDeliveryId: seen.deliveryId,
  windowEndsAt: toIso(seen.expiresAt),
});

const publicOutcome = ({ slot: _, ...outcome }: SeenOutcome): EventOutcome => outcome;

const KEY_SLOT = keySlot("");

/** The alert key whose slot this is; null: it is no key's. */
export const alertKeyIn = (slot: string | null): string | null =>
  slot?.startsWith(KEY_SLOT) ? slot.slice(KEY_SLOT.length) : null;

const alertKeyOf = ({ slot, outcome }: SeenOutcome): string | null => (outcome === "ignored" ? null : alertKeyIn(slot));

const nothingChanged = () => ({ alerts: new Map<string, LiveAlert>(), timeline: [], remember: null });

function sameAgain(seen: SeenDelivery, { identity }: DeliveryFacts): Verdict {
  return {
    ...nothingChanged(),
    isRecorded: true,
    status: "ACCEPTED",
    duplicateOf: null,
    outcomes: seen.outcomes.map(publicOutcome),
    alertKeys: seen.outcomes.map(alertKeyOf),
    reason: firstSeenReason(identity, seen, null),
    explanation: explain(identity, seen),
  };
}

function duplicate(seen: SeenDelivery, { identity }: DeliveryFacts): Verdict {
  return {
    ...nothingChanged(),
    isRecorded: false,
    status: "DUPLICATE",
    duplicateOf: seen.deliveryId,
    outcomes: seen.outcomes.map(({ alertId, action }) => ({ alertId, action, outcome: "duplicate" })),
    alertKeys: seen.outcomes.map(alertKeyOf),
    reason:
      `duplicate: same ${identityWords(identity)} as delivery ${seen.deliveryId}, ` +
      `first seen ${toIso(seen.firstSeenAt)}; the window ends ${toIso(seen.expiresAt)}`,
    explanation: explain(identity, seen),
  };
}

function firstSeenReason(identity: Identity, seen: SeenDelivery, resolvedSince: SeenDelivery | null): string {
  const ending = `repeats of its ${identityWords(identity)} are duplicates until ${toIso(seen.expiresAt)}`;
  if (!resolvedSince) return `accepted: ${ending}`;
  return `accepted: same content as delivery ${resolvedSince.deliveryId}, but no unresolved alert stands behind that one; ${ending}`;
}

function accept(
  known: Known,
  delivery: DeliveryFacts,
  windowMs: number,
  newId: () => string,
  resolvedSince: SeenDelivery | null,
): Verdict {
  const changed = new Map<string, LiveAlert>();
  const superseded: LiveAlert[] = [];
  const timeline: TimelineEntry[] = [];
  const alertIn = (slot: string) => changed.get(slot) ?? known.alertIn(slot);

  const outcomes = delivery.events.map((event): SeenOutcome => {
    if ("unreadable" in event) {
      return { alertId: null, slot: null, action: null, outcome: "ignored", detail: event.unreadable };
    }
    const before = event.alertKey === null ? null : alertIn(keySlot(event.alertKey));
    // Without a key, its id tells where an alert is remembered when several objects share the work.
    const idOfAlert = () => (event.alertKey === null ? idIn(bucketOfIdentity(delivery.identity), newId()) : newId());
    const step = apply(before, event, delivery, idOfAlert);
    const alert = step.alert ?? before;
    if (step.outcome === "ignored") {
      const slot = event.alertKey === null ? null : keySlot(event.alertKey);
      return { alertId: before?.id ?? null, slot, action: event.action, outcome: "ignored", detail: step.detail };
    }
    if (!alert) throw new Error("an event that had an effect had it on an alert");
    const slot = slotOf(event.alertKey, alert.id);
    const previous = changed.get(slot);
    if (step.alert && previous && previous.id !== step.alert.id) superseded.push(previous);
    if (step.alert) changed.set(slot, step.alert);
    timeline.push({
      id: newId(),
      alertId: alert.id,
      type: TYPES[step.outcome],
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
      slot,
      action: event.action,
      outcome: step.outcome,
      ...(step.detail && { detail: step.detail }),
    };
  });

  const remember: SeenDelivery = {
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
    reason: firstSeenReason(delivery.identity, remember, resolvedSince),
    explanation: explain(delivery.identity, remember),
    alerts: changed,
    superseded,
    timeline,
    remember,
    isRecorded: false,
  };
}

type AppliedOutcome = Exclude<Outcome, "ignored" | "duplicate">;

const TYPES: Record<AppliedOutcome, TimelineEntry["type"]> = {
  created: "CREATED",
  repeated: "REPEATED",
  acknowledged: "ACKNOWLEDGED",
  resolved: "RESOLVED",
  stale: "STALE",
};

type Step =
  | { outcome: AppliedOutcome; alert: LiveAlert | null; detail?: string }
  | { outcome: "ignored"; alert: null; detail: string };

/** What an event does to the alert of its key (null: there is none). `alert` is the alert's next state, if it changes. */
function apply(
  before: LiveAlert | null,
  event: IncomingEvent,
  { receivedAt, maxLatenessMs }: DeliveryFacts,
  newId: () => string,
): Step {
  // A source's clock that runs ahead must not make everything after it old news.
  const happenedAt = event.occurredAt === null ? null : Math.min(event.occurredAt, receivedAt);
  const lastEventAt = before?.lastEventAt ?? null;
  const isOlder = happenedAt !== null && lastEventAt !== null && happenedAt < lastEventAt;
  if (before && isOlder && !goesOn(before, event, receivedAt, maxLatenessMs)) {
    const detail = `dated ${toIso(happenedAt)}, before the last news of this alert (${toIso(lastEventAt)})`;
    return { outcome: "stale", alert: null, detail };
  }
  const unresolved = before && isUnresolved(before.status) ? before : null;
  if (event.action === "trigger") {
    return unresolved
      ? { outcome: "repeated", alert: repeat(unresolved, event, happenedAt, receivedAt) }
      : { outcome: "created", alert: open(event, happenedAt, receivedAt, newId()) };
  }
  if (!unresolved) return { outcome: "ignored", alert: null, detail: noMatch(event.action, event.alertKey, before) };
  return moveOn(unresolved, event.action, happenedAt, receivedAt);
}

/** Whether an old trigger is an episode that goes on after all, rather than late news of one that has ended. */
function goesOn(before: LiveAlert, event: IncomingEvent, receivedAt: number, maxLatenessMs: number | null): boolean {
  const isEnded = !isUnresolved(before.status);
  return (
    event.action === "trigger" && isEnded && maxLatenessMs !== null && receivedAt - before.changedAt > maxLatenessMs
  );
}

function noMatch(action: Action, alertKey: string | null, before: LiveAlert | null): string {
  if (alertKey === null) return `nothing to ${action}: the event names no alert`;
  if (!before) return `nothing to ${action}: no alert has this key`;
  return `nothing to ${action}: the alert is ${before.status} already`;
}

function open(event: IncomingEvent, happenedAt: number | null, receivedAt: number, id: string): LiveAlert {
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

function repeat(alert: LiveAlert, event: IncomingEvent, happenedAt: number | null, receivedAt: number): LiveAlert {
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

function moveOn(
  alert: LiveAlert,
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
    return { outcome: "ignored", alert: null, detail: "the alert is ACKNOWLEDGED already" };
  }
  return { outcome: "acknowledged", alert: { ...next, status: "ACKNOWLEDGED", acknowledgedAt: at } };
}

const WATCHED = ["status", "severity", "occurrences"] as const;

/** What a timeline entry tells of a change: the watched fields that differ. */
export function differences(before: LiveAlert | null, after: LiveAlert): TimelineEntry["changes"] {
  return Object.fromEntries(
    WATCHED.filter((field) => before?.[field] !== after[field]).map((field) => [
      field,
      { from: before?.[field] ?? null, to: after[field] },
    ]),
  );
}

/** A dedup window in ms. */
export const windowMs = (minutes: number): number => minutes * MINUTE;
