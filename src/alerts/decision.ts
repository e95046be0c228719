/** What a decision on a delivery needs and returns. The rules are in decide.ts. */
import { MINUTE } from "../lib/time.ts";
import type { AlertChanges, AlertRef, AlertState } from "./alert.ts";
import type { Arrival, EarlyResolve, Refresh } from "./apply-event.ts";
import type { DedupKey } from "./dedup-key.ts";
import type { EventOutcome, IncomingEvent, UnreadableEvent } from "./event.ts";
import type { DeliveryStatus } from "./model.ts";

/** How long a delivery stays remembered after its dedup window, in ms, so that a repeated call gets the same reply. */
export const REMEMBERED_AFTER_WINDOW_MS = 10 * MINUTE;

/**
 * An accepted delivery, as remembered under its dedup key. Within the dedup window it makes duplicates; after that it only
 * answers repeated calls. Instants are Unix ms.
 */
export interface RememberedDelivery {
  deliveryId: string;
  firstSeenAt: number;
  /** The end of the dedup window. */
  expiresAt: number;
  /** See DeliveryFacts. Null: this is one event of a delivery, remembered under its own id. */
  eventsFingerprint: string | null;
  /** Why an earlier delivery with the same dedup key did not make it a duplicate; null: there was none. */
  remark: string | null;
  /** It replaced another delivery under its dedup key. */
  hasReplaced: boolean;
  outcomes: RememberedOutcome[];
}

/** The outcome of one of its events, and where its alert is remembered or was looked up. */
export interface RememberedOutcome extends EventOutcome {
  ref: AlertRef | null;
  /** The alert's `eventCount` after the delivery; null: the event had no effect. */
  eventCount: number | null;
}

/** The state that a decision looks up. */
export interface Known {
  /** The delivery remembered under a dedup key. */
  rememberedAt(dedupKey: DedupKey): RememberedDelivery | null;
  /** A delivery that another one replaced under its dedup key. */
  replaced(deliveryId: string): RememberedDelivery | null;
  /** The delivery that this one repeated in an earlier try of the same call; null: it was no duplicate then. */
  duplicateOf(deliveryId: string): string | null;
  alertAt(ref: AlertRef): AlertState | null;
  earlyResolveOf(alertKey: string): EarlyResolve | null;
}

/** The part of a delivery that a decision depends on. */
export interface DeliveryFacts extends Arrival {
  id: string;
  dedupKey: DedupKey;
  /** The signature covers the idempotency key, so the source itself repeats it. */
  isKeySigned: boolean;
  /** Covers the action and the alert key of each event; without a key, the title. */
  eventsFingerprint: string;
  events: readonly (IncomingEvent | UnreadableEvent)[];
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
  /** The reason as a sentence. */
  reason: string;
  /** The reason as data. */
  explanation: { dedupKey: DedupKey; firstSeenAt: string; firstDeliveryId: string; windowEndsAt: string };
  /** What to remember, and under which dedup key: the delivery, and each of its events that has an id. */
  remember: { dedupKey: DedupKey; delivery: RememberedDelivery }[];
  /** The deliveries that these replace under their dedup keys. */
  replaced: RememberedDelivery[];
  /** Resolves that arrived before their triggers, by alert key. */
  earlyResolves: Map<string, EarlyResolve>;
  /** The delivery that this one repeats; null: it is no duplicate. */
  repeats: RememberedDelivery | null;
  /** Alerts of which duplicates and confirmations change only these fields. Nothing of it is written to Postgres. */
  refreshes: Map<AlertRef, Refresh>;
  /** A duplicate that only renews alerts. */
  isRenewal: boolean;
}
