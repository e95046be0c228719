import { DurableObject } from "cloudflare:workers";
import { isUnresolved } from "../alerts/status.ts";
import { findAlerts } from "../db/alerts.ts";
import { withConnection } from "../db/client.ts";
import { writeBatch } from "../db/write-batch.ts";
import { newId } from "../lib/ids.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../lib/time.ts";
import { type Change, decide, type LiveAlert, type SeenDelivery, windowMs } from "./decide.ts";
import { Flusher } from "./flush.ts";
import type {
  AcceptReply,
  Call,
  Delivery,
  Forecast,
  IntegrationConfig,
  OutboxState,
  Rejection,
  RejectReply,
  SetAsideRecord,
  SetAsideRow,
  StatusChange,
  StatusChangeReply,
  Watch,
} from "./messages.ts";
import { acceptedEntries, changeEntries, rejectedEntry } from "./records.ts";
import { SetAside } from "./set-aside.ts";
import { StatusChanges } from "./status-changes.ts";
import { Store } from "./store.ts";
import { Turn } from "./turn.ts";
import { autoResolve, endSilence, openSilence, SILENCE_SLOT } from "./watch.ts";

/** An object killed before its flush is woken up after this long at the latest. */
const BACKSTOP_MS = 30 * SECOND;

const PURGE_EVERY_MS = 10 * MINUTE;

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
  readonly #changes: StatusChanges;
  readonly #setAside: SetAside;
  #alarmAt: number | null = null;
  #purgedAt = 0;
  #unverified = { minute: 0, rows: 0, omitted: 0 };
  #taken = { minute: 0, count: 0 };

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = new Store(state.storage);
    this.#setAside = new SetAside(state.storage.sql);
    this.#flusher = new Flusher(this.#store, (batch) => writeBatch(env, this.#store.config?.id ?? "", batch));
    this.#changes = new StatusChanges(this.#store, this.#flusher, (ids) =>
      withConnection(env, (db) => findAlerts(db, ids)),
    );
    // Whatever woke it up: what a killed object left behind need not wait for the alarm.
    if (this.#store.depth.rows > 0) this.#flushSoon(Date.now());
  }

  /** Takes a new version of the integration's config; an older one changes nothing. */
  configure(config: IntegrationConfig): void {
    if (!this.#store.configure(config)) return;
    const now = Date.now();
    // With a new config the waiting begins anew: what it expects was not expected before.
    this.#store.wait(now);
    const silence = this.#openSilence();
    if (silence && config.expectedEveryMinutes === null)
      this.#apply(config, endSilence(silence, now, newId), null, now);
    // The alarm that this sets sees what the new config has to watch.
    this.#flushSoon(now);
  }

  /** The config that this object goes by; null: it is no integration. */
  config(): IntegrationConfig | null {
    return this.#store.config;
  }

  /**
   * Decides on verified deliveries, one after another in the order given. Once this answers `decided` for one, it is
   * durable: they commit together, in one transaction. A call made again is answered as the first time.
   */
  accept(call: Call, deliveries: readonly Delivery[]): AcceptReply[] {
    const config = this.#store.config;
    if (!config) return deliveries.map(() => ({ kind: "unknown" }));
    const answered = this.#store.repliesTo(call);
    if (answered) return answered;
    const now = Date.now();
    const turn = new Turn(this.#store, deliveries);
    const sightings: Sighting[] = [];
    const replies = deliveries.map((delivery) => {
      try {
        return this.#decide(config, turn, delivery, now, sightings);
      } catch (error) {
        // One that brings out a fault of ours must not take the others with it.
        console.error({ message: "accept failed", deliveryId: delivery.id, error: String(error) });
        return { kind: "failed" as const };
      }
    });
    this.#store.atomically(() => {
      turn.write(now);
      for (const sighting of sightings) this.#keepAlive(config, sighting, now);
      if (replies.some(({ kind }) => kind === "decided")) this.#store.rememberReplies(call, replies, now);
    });
    this.#flushSoon(now);
    return replies;
  }

  #decide(config: IntegrationConfig, turn: Turn, delivery: Delivery, now: number, sightings: Sighting[]): AcceptReply {
    if (config.version > delivery.configVersion) return { kind: "newer-config", config };
    if (this.#isOverloaded()) return { kind: "overloaded", retryAfterSeconds: RETRY_AFTER_SECONDS };
    const isReplay = delivery.replayOf !== undefined;
    const known = turn.known(delivery.identity);
    // A wish to replay may be sent again for as long as its Idempotency-Key is good.
    const remembered = isReplay ? DAY : windowMs(config.deduplicationWindowMinutes);
    const verdict = decide(known, { ...delivery, receivedAt: now }, remembered, newId);
    if (!verdict.isRecorded) {
      if (!isReplay && !this.#takes(config, now)) {
        return { kind: "overloaded", retryAfterSeconds: secondsToNextMinute(now), isLimit: true };
      }
      turn.add(delivery.identity, verdict, acceptedEntries(config, turn.nextRow, delivery, verdict));
      const repeated = verdict.status === "DUPLICATE" ? known.seen : null;
      if (!isReplay) sightings.push({ deliveryId: delivery.id, repeated });
    }
    const { status, duplicateOf, outcomes, alertKeys } = verdict;
    return { kind: "decided", status, duplicateOf, outcomes, alertKeys };
  }

  /** What would be decided on a delivery now; nothing is recorded. */
  forecast(delivery: Pick<Delivery, "id" | "identity" | "events" | "maxLatenessMs">): Forecast | null {
    const config = this.#store.config;
    if (!config) return null;
    const facts = { ...delivery, receivedAt: Date.now() };
    const known = new Turn(this.#store, [delivery]).known(delivery.identity);
    const verdict = decide(known, facts, windowMs(config.deduplicationWindowMinutes), newId);
    const { status, duplicateOf, outcomes, reason, explanation } = verdict;
    return {
      status,
      duplicateOf,
      // An alert that it would open has no id yet.
      outcomes: outcomes.map((step) => (step.outcome === "created" ? { ...step, alertId: null } : step)),
      reason,
      explanation,
    };
  }

  /** Takes an SNS topic for the integration's unless it has one already; returns the one that it has. */
  pinTopic(topicArn: string): string {
    return this.#store.pinTopic(topicArn);
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

  /** Moves alerts to another status; answers once Postgres has it, or fails to take it. */
  async change(change: StatusChange): Promise<StatusChangeReply> {
    if (!this.#store.config) return { kind: "unknown" };
    if (this.#isOverloaded()) return { kind: "overloaded", retryAfterSeconds: RETRY_AFTER_SECONDS };
    return this.#changes.make(change, () => this.#flushSoon(Date.now()));
  }

  /** What the integration watches for. */
  watch(): Watch {
    return { waitingSince: this.#store.waitingSince, silenceAlertId: this.#openSilence()?.id ?? null };
  }

  /** How the outbox stands. */
  outbox(): OutboxState {
    return {
      ...this.#store.depth,
      oldestAt: this.#store.oldestAcceptedAt(),
      setAside: this.#store.setAsideCount(),
      flushedLastMinute: this.#flusher.rate.lastMinute(Date.now()),
      lastError: this.#flusher.lastError,
    };
  }

  /** Rows that Postgres refused for their data, from behind this one on, the oldest first. */
  listSetAside(after: number, limit: number): SetAsideRow[] {
    return this.#store.config ? this.#setAside.list(after, limit) : [];
  }

  /** All that such a row holds; null: there is no such row. */
  getSetAside(row: number): SetAsideRecord | null {
    return this.#store.config ? this.#setAside.get(row) : null;
  }

  /** Puts such rows, or this one alone (else null), back into the outbox. Returns how many. */
  retrySetAside(row: number | null): number {
    if (!this.#store.config) return 0;
    const now = Date.now();
    const count = this.#store.takeBack(row, now);
    if (count > 0) this.#flushSoon(now);
    return count;
  }

  /** Gives such a row up. Returns what it was; null: there is no such row. */
  discardSetAside(row: number): SetAsideRow | null {
    return this.#store.config ? this.#setAside.discard(row) : null;
  }

  /** The backstop: flushes what was left behind, and watches over quiet alerts and sources. It must never throw. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    try {
      const config = this.#store.config;
      if (config?.isEnabled && !config.isDeleted) this.#watch(config, Date.now());
      await this.#flusher.run();
      const times = [this.#flusher.nextAttemptAt, this.#nextWatchAt(), this.#purgeAndSayWhenNext(Date.now())];
      for (const time of times) if (time !== null) await this.#wakeAt(time);
    } catch (error) {
      console.error({ message: "alarm failed", error: String(error) });
      await this.#wakeAt(Date.now() + BACKSTOP_MS);
    }
  }

  /** Notes what an integration's watches must know of a delivery; most have none, and then it costs nothing. */
  #keepAlive(config: IntegrationConfig, { repeated, deliveryId }: Sighting, now: number): void {
    // A duplicate changes no alert, but its source still sees the trouble.
    if (config.autoResolveMinutes !== null && repeated)
      this.#store.hear(
        repeated.outcomes.map(({ slot }) => slot),
        now,
      );
    if (config.expectedEveryMinutes === null) return;
    this.#store.wait(now);
    const silence = this.#openSilence();
    if (silence) this.#apply(config, endSilence(silence, now, newId), deliveryId, now);
  }

  #watch(config: IntegrationConfig, now: number): void {
    if (config.autoResolveMinutes !== null) {
      const quiet = this.#store.quietSince(now - config.autoResolveMinutes * MINUTE);
      if (quiet.size > 0) this.#apply(config, autoResolve(quiet, now, newId), null, now);
    }
    const { waitingSince } = this.#store;
    if (
      config.expectedEveryMinutes !== null &&
      now >= waitingSince + config.expectedEveryMinutes * MINUTE &&
      !this.#openSilence()
    ) {
      this.#apply(config, openSilence(config, waitingSince, now, newId), null, now);
    }
  }

  /** When the watches have something to do next, if nothing is heard until then. */
  #nextWatchAt(): number | null {
    const config = this.#store.config;
    if (!config?.isEnabled || config.isDeleted) return null;
    const heardAt = config.autoResolveMinutes === null ? null : this.#store.quietestHeardAt();
    const times = [
      heardAt === null ? null : heardAt + (config.autoResolveMinutes ?? 0) * MINUTE,
      config.expectedEveryMinutes === null || this.#openSilence()
        ? null
        : this.#store.waitingSince + config.expectedEveryMinutes * MINUTE,
    ].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  #openSilence(): LiveAlert | null {
    const alert = this.#store.alertIn(SILENCE_SLOT);
    return alert && isUnresolved(alert.status) ? alert : null;
  }

  /** Makes a change that is Tocsin's own; it still has to be flushed. */
  #apply(config: IntegrationConfig, change: Change, deliveryId: string | null, now: number): void {
    this.#store.apply(change, changeEntries(config, change, deliveryId), now);
  }

  /** Under load the alarm rings twice a minute; a purge reads all that is remembered, so it waits for its turn. */
  #purgeAndSayWhenNext(now: number): number | null {
    if (now - this.#purgedAt < PURGE_EVERY_MS && now >= this.#purgedAt) return this.#purgedAt + PURGE_EVERY_MS;
    this.#purgedAt = now;
    return this.#store.purge(now) ? now + HOUR : null;
  }

  #isOverloaded(): boolean {
    const { rows, bytes } = this.#store.depth;
    return rows >= HIGH_WATER_ROWS || bytes >= HIGH_WATER_BYTES;
  }

  /** Counts a delivery against the integration's own limit, if it has one. */
  #takes({ rateLimitPerMinute }: IntegrationConfig, now: number): boolean {
    if (rateLimitPerMinute === null || rateLimitPerMinute === undefined) return true;
    const minute = Math.floor(now / MINUTE);
    if (this.#taken.minute !== minute) this.#taken = { minute, count: 0 };
    return ++this.#taken.count <= rateLimitPerMinute;
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

/** A sign of life from a source: a delivery, and what it repeated, if it did. */
interface Sighting {
  deliveryId: string;
  repeated: SeenDelivery | null;
}

const secondsToNextMinute = (now: number): number => Math.ceil((MINUTE - (now % MINUTE)) / SECOND);
