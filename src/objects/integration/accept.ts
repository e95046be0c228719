/**
 * Decides a batch of deliveries and writes the result in one transaction. Does not verify or parse them: the edge did.
 * Does not send them to Postgres: the flusher does.
 */
import { decide, earlierDecision, windowMs } from "../../alerts/decide.ts";
import type { Decision, DeliveryFacts, RememberedDelivery } from "../../alerts/decision.ts";
import { describeError } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import type { AutoResolve } from "./auto-resolve.ts";
import { Batch } from "./batch.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { MinuteCounter, secondsToNextMinute } from "./minute-counter.ts";
import type { Purge } from "./purge.ts";
import { acceptedEntry } from "./records.ts";
import type { AcceptReply, Call, DecisionPreview, Delivery, IntegrationConfig, PreviewRequest } from "./rpc.ts";
import { newIdsFor } from "./shards/index.ts";
import type { Store } from "./store/index.ts";
import { FULL_RETRY_AFTER_SECONDS } from "./store/outbox.ts";

/** A recorded delivery of the source itself, no replay. */
interface Arrival {
  delivery: Delivery;
  duplicated: RememberedDelivery | null;
}

export class Acceptor {
  readonly #store: Store;
  readonly #heartbeat: Heartbeat;
  readonly #autoResolve: AutoResolve;
  readonly #purge: Purge;
  readonly #flushSoon: () => void;
  readonly #received = new MinuteCounter();

  /** @param flushSoon called synchronously after the transaction */
  constructor(store: Store, heartbeat: Heartbeat, autoResolve: AutoResolve, purge: Purge, flushSoon: () => void) {
    this.#store = store;
    this.#heartbeat = heartbeat;
    this.#autoResolve = autoResolve;
    this.#purge = purge;
    this.#flushSoon = flushSoon;
  }

  /**
   * Decides deliveries in their order. A repeated call gets the same replies again. Stays synchronous: between look-up and
   * write no other call may run.
   * @param now Unix ms
   */
  accept(call: Call, deliveries: readonly Delivery[], now: number): AcceptReply[] {
    const { config } = this.#store;
    if (!config) return deliveries.map(() => ({ kind: "unknown" }));
    const batch = new Batch(this.#store, call, deliveries);
    const arrivals: Arrival[] = [];
    const replies = deliveries.map((delivery) => {
      try {
        return this.#decide(config, batch, delivery, now, arrivals);
      } catch (error) {
        // An error with one delivery must not reject the others.
        log.error("accept failed", {
          deliveryId: delivery.id,
          integrationId: config.id,
          error: describeError(error),
        });
        return { kind: "failed" as const };
      }
    });
    if (batch.isEmpty) return replies;
    this.#store.atomically(() => {
      batch.write(now);
      this.#heartbeat.onDeliveries(
        config,
        arrivals.map(({ delivery }) => delivery),
        now,
      );
      const duplicated = arrivals.flatMap((arrival) => arrival.duplicated ?? []);
      if (duplicated.length > 0) this.#autoResolve.noteDuplicates(config, duplicated, now);
      this.#purge.runIfDue(now);
    });
    this.#flushSoon();
    return replies;
  }

  /** The decision that a delivery would get now. Writes nothing. @returns null without a config */
  preview(delivery: PreviewRequest, now: number): DecisionPreview | null {
    const { config } = this.#store;
    if (!config) return null;
    const known = new Batch(this.#store, null, [delivery]).known(delivery);
    const window = windowMs(config.deduplicationWindowMinutes);
    const decision = decide(known, factsOf(delivery, now), window, newIdsFor(delivery.dedupKey));
    const { status, duplicateOf, outcomes, reason, explanation } = decision;
    return {
      status,
      duplicateOf,
      // An alert that would be created has no id yet.
      outcomes: outcomes.map((step) => (step.outcome === "created" ? { ...step, alertId: null } : step)),
      reason,
      explanation,
    };
  }

  #decide(config: IntegrationConfig, batch: Batch, delivery: Delivery, now: number, arrivals: Arrival[]): AcceptReply {
    const known = batch.known(delivery);
    const facts = factsOf(delivery, now);
    const earlier = earlierDecision(known, facts);
    if (earlier) return toReply(earlier);
    if (config.version > delivery.configVersion) return { kind: "newer-config", config };
    if (config.version < delivery.configVersion) return { kind: "older-config" };
    if (this.#store.outbox.isFull) {
      return { kind: "overloaded", retryAfterSeconds: FULL_RETRY_AFTER_SECONDS };
    }
    const isReplay = delivery.replayOf !== undefined;
    if (!isReplay && !this.#isWithinRateLimit(config, now)) {
      return { kind: "overloaded", retryAfterSeconds: secondsToNextMinute(now), isLimit: true };
    }
    const window = windowMs(config.deduplicationWindowMinutes);
    const decision = decide(known, facts, window, newIdsFor(delivery.dedupKey));
    const isDuplicate = decision.status === "DUPLICATE";
    const counted = { [isDuplicate ? "duplicate" : "accepted"]: 1, lastDeliveryAt: isReplay ? 0 : now };
    batch.add(delivery, decision, acceptedEntry(config, batch.nextSequence, delivery, decision, now), counted);
    if (!isReplay) arrivals.push({ delivery, duplicated: decision.repeats });
    return toReply(decision);
  }

  /** Counts a delivery against the integration's rate limit. Each shard has its share of the limit. */
  #isWithinRateLimit({ rateLimitPerMinute, sharding }: IntegrationConfig, now: number): boolean {
    if (rateLimitPerMinute === null || rateLimitPerMinute === undefined) return true;
    return this.#received.count(now) <= Math.ceil(rateLimitPerMinute / (sharding?.shards ?? 1));
  }
}

/** @param now Unix ms */
const factsOf = (delivery: PreviewRequest, now: number): DeliveryFacts => ({
  ...delivery,
  receivedAt: now,
  isReplay: delivery.replayOf !== undefined,
});

const toReply = ({ status, duplicateOf, outcomes, alertKeys, reason }: Decision): AcceptReply => ({
  kind: "decided",
  status,
  duplicateOf,
  outcomes,
  alertKeys,
  reason,
});
