import { DurableObject } from "cloudflare:workers";
import { writeBatch } from "../db/write-batch.ts";
import { newId } from "../lib/ids.ts";
import { HOUR, MINUTE, SECOND } from "../lib/time.ts";
import { decide, windowMs } from "./decide.ts";
import { Flusher } from "./flush.ts";
import type { AcceptReply, Delivery, IntegrationConfig, OutboxState, Rejection, RejectReply } from "./messages.ts";
import { acceptedEntries, rejectedEntry } from "./records.ts";
import { Store } from "./store.ts";

/** An object killed before its flush is woken up after this long at the latest. */
const BACKSTOP_MS = 30 * SECOND;

/** Beyond this the outbox takes no more: refused, never lost. */
const HIGH_WATER_ROWS = 500_000;
const HIGH_WATER_BYTES = 512 * 1024 * 1024;
const RETRY_AFTER_SECONDS = 30;

/** Rows a minute for deliveries that did not prove who sent them: a stranger must not fill the store. */
const UNVERIFIED_ROWS_PER_MINUTE = 60;

/**
 * The single writer of one integration: serialises its dedup checks, decides, and owns the outbox to Postgres.
 * All writes of an accept commit in one transaction, and the runtime holds the answer until they are on disk.
 */
export class Integration extends DurableObject<Env> {
  readonly #store: Store;
  readonly #flusher: Flusher;
  #alarmAt: number | null = null;
  #unverified = { minute: 0, rows: 0, omitted: 0 };

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = new Store(state.storage);
    this.#flusher = new Flusher(this.#store, (batch) => writeBatch(env, batch));
    // Whatever woke it up: what a killed object left behind need not wait for the alarm.
    if (this.#store.depth.rows > 0) this.#flushSoon(Date.now());
  }

  /** Takes a new version of the integration's config; an older one changes nothing. */
  configure(config: IntegrationConfig): void {
    this.#store.configure(config);
  }

  /** The config that this object goes by; null: it is no integration. */
  config(): IntegrationConfig | null {
    return this.#store.config;
  }

  /** Decides on a verified delivery. Once this answers `decided`, the delivery is durable. */
  accept(delivery: Delivery): AcceptReply {
    const config = this.#store.config;
    if (!config) return { kind: "unknown" };
    if (config.version > delivery.configVersion) return { kind: "newer-config", config };
    const now = Date.now();
    if (this.#isOverloaded()) {
      this.#flushSoon(now);
      return { kind: "overloaded", retryAfterSeconds: RETRY_AFTER_SECONDS };
    }

    const verdict = decide(
      this.#store.known(delivery.identity),
      { ...delivery, receivedAt: now },
      windowMs(config.deduplicationWindowMinutes),
      newId,
    );
    if (!verdict.isRecorded) {
      const entries = acceptedEntries(config, this.#store.nextRow(), delivery, verdict);
      this.#store.record(delivery.identity, verdict, entries, now);
    }
    this.#flushSoon(now);
    return { kind: "decided", status: verdict.status, duplicateOf: verdict.duplicateOf, outcomes: verdict.outcomes };
  }

  /** Leaves the trace of a refused delivery. */
  reject(rejection: Rejection): RejectReply {
    const config = this.#store.config;
    if (!config) return { kind: "unknown" };
    if (config.version > rejection.configVersion) return { kind: "newer-config", config };
    const now = Date.now();
    this.#unverified.omitted += rejection.omittedBefore;
    if (this.#isOverloaded() || (!rejection.isVerified && !this.#takesUnverified(now))) {
      this.#unverified.omitted++;
      return { kind: "recorded" };
    }
    this.#store.append([rejectedEntry(config, this.#store.nextRow(), rejection, this.#unverified.omitted)], now);
    this.#unverified.omitted = 0;
    this.#flushSoon(now);
    return { kind: "recorded" };
  }

  /** How the outbox stands. */
  outbox(): OutboxState {
    return {
      ...this.#store.depth,
      oldestAt: this.#store.oldestAcceptedAt(),
      setAside: this.#store.setAsideCount(),
      lastError: this.#flusher.lastError,
    };
  }

  /** The backstop: flushes what a killed object or a failing Postgres left behind. It must never throw. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    try {
      await this.#flusher.run();
      const isAnythingLeft = this.#store.purge(Date.now());
      if (this.#flusher.nextAttemptAt !== null) await this.#wakeAt(this.#flusher.nextAttemptAt);
      else if (isAnythingLeft) await this.#wakeAt(Date.now() + HOUR);
    } catch (error) {
      console.error({ message: "alarm failed", error: String(error) });
      await this.#wakeAt(Date.now() + BACKSTOP_MS);
    }
  }

  #isOverloaded(): boolean {
    const { rows, bytes } = this.#store.depth;
    return rows >= HIGH_WATER_ROWS || bytes >= HIGH_WATER_BYTES;
  }

  #takesUnverified(now: number): boolean {
    const minute = Math.floor(now / MINUTE);
    if (this.#unverified.minute !== minute) this.#unverified = { ...this.#unverified, minute, rows: 0 };
    return ++this.#unverified.rows <= UNVERIFIED_ROWS_PER_MINUTE;
  }

  /** The alarm commits with the rows just written; the flush itself starts at once and nobody waits for it. */
  #flushSoon(now: number): void {
    this.ctx.waitUntil(this.#wakeAt(now + BACKSTOP_MS));
    this.ctx.waitUntil(this.#flushAndRearm(now));
  }

  async #flushAndRearm(now: number): Promise<void> {
    await this.#flusher.runIfDue(now);
    if (this.#flusher.nextAttemptAt !== null) await this.#wakeAt(this.#flusher.nextAttemptAt);
  }

  /** Sets the alarm unless it rings by then anyway. */
  async #wakeAt(time: number): Promise<void> {
    const isCovered = this.#alarmAt !== null && this.#alarmAt <= time && this.#alarmAt > Date.now() - BACKSTOP_MS;
    if (isCovered) return;
    this.#alarmAt = time;
    await this.ctx.storage.setAlarm(time);
  }
}
