/**
 * Schedules the messages of a subscription. Reads the timeline ahead of the endpoint and sends the messages of one alert one
 * after another, those of different alerts in parallel. Entries stay in Postgres: the object stores its cursor and the messages
 * that failed. Circuit breaker, delays, pending messages, dead letters and attempts are in separate files.
 */
import { describeError } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import { SECOND } from "../../lib/time.ts";
import {
  afterFailure,
  afterNoAnswer,
  type Circuit,
  CLOSED,
  duringProbe,
  isOutage,
  nextProbeAt,
} from "./circuit-breaker.ts";
import type { SubscriptionConfig } from "./config.ts";
import { DeadLetters } from "./dead-letters.ts";
import { type AttemptResult, type Dependencies, isGone, type Page } from "./dependencies.ts";
import { MuteGate } from "./mute-gate.ts";
import { isStored, type PendingMessage, PendingMessages } from "./pending.ts";
import { PAGE_SIZE, ReadAhead } from "./read-ahead.ts";
import { ReadSchedule, type ReadStart } from "./read-schedule.ts";
import { dueAt, retryDeadline, retryDelayMs } from "./retry-policy.ts";
import type { SubscriptionStore } from "./store/store.ts";

/** Connections that may wait for an answer in one invocation. https://developers.cloudflare.com/workers/platform/limits/ */
const MAX_IN_FLIGHT = 6;

/** More than one page, so that one slow answer does not stop the reading. */
const MAX_PAGES = 4;

/** With this many stored messages nothing more is read: entries wait in Postgres. */
const MAX_PENDING = 10_000;

/** While pending messages are full, a message is given up after this many attempts (10 min) to make room for other alerts. */
const MAX_ATTEMPTS_WHEN_FULL = 8;

/** The error of dead letters of a subscription that its endpoint ended. */
const ENDED = "HTTP 410";

/** A shorter pause is not worth an alarm, which writes a row. */
const MIN_ALARM_MS = SECOND / 5;

export class Scheduler {
  readonly #store: SubscriptionStore;
  readonly #dependencies: Dependencies;
  readonly #readSchedule = new ReadSchedule();
  readonly #readAhead: ReadAhead;
  readonly #pending: PendingMessages;
  readonly #deadLetters: DeadLetters;
  readonly #gate: MuteGate;
  /** By alert, the attempt under way. */
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #stopped = new AbortController();
  #circuit: Circuit;
  #woken = Promise.withResolvers<void>();
  #running: Promise<number | null> | null = null;

  constructor(store: SubscriptionStore, dependencies: Dependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
    this.#readAhead = new ReadAhead(store);
    this.#pending = new PendingMessages(store, this.#readAhead);
    this.#deadLetters = new DeadLetters(store, this.#pending, this.#readAhead, dependencies, this.#stopped.signal);
    this.#gate = new MuteGate(store, this.#pending, this.#readAhead, this.#inFlight, dependencies);
    this.#circuit = store.meta.get("circuit") ?? CLOSED;
  }

  get isCircuitOpen(): boolean {
    return this.#circuit.state !== "closed";
  }

  /** How many messages are being sent, or wait behind others. */
  get pendingMessages(): number {
    return this.#pending.all().length;
  }

  /** When the oldest entry of a pending message was recorded, in Unix ms; null: no message is pending. */
  get oldestPendingAt(): number | null {
    return this.#pending.oldestRecordedAt;
  }

  /** When the next pending message is sent, in Unix ms: now while one is being sent; null: no message is pending. */
  get nextAttemptAt(): number | null {
    const now = this.#dependencies.clock.now();
    if (this.#inFlight.size > 0) return now;
    const sendAt = this.#sendAt(now);
    return sendAt === Infinity ? null : Math.max(sendAt, now);
  }

  /**
   * Reads the timeline, and looks for other work.
   * @param xid there are entries up to this transaction at least
   */
  wake(xid: bigint): void {
    this.#readSchedule.wake(xid, this.#dependencies.clock.now());
    this.#woken.resolve();
  }

  /** Asks again which alerts are muted: a silence changed. */
  mutingChanged(): void {
    this.#gate.forget();
    this.#woken.resolve();
  }

  /**
   * Makes dead letters pending again, as many as there is room for.
   * @param id null: all
   * @returns how many
   */
  resend(id: string | null): number {
    const resent = this.#deadLetters.resend(id, Math.max(0, MAX_PENDING - this.#pending.stored));
    this.#woken.resolve();
    return resent;
  }

  /** Ends all work. Attempts under way have no effect any more. */
  stop(): void {
    this.#stopped.abort();
    this.#woken.resolve();
  }

  /**
   * Works until there is nothing to do for now. Never rejects.
   * @returns when to run again (Unix ms); null: not before the next wake
   */
  run(): Promise<number | null> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #run(): Promise<number | null> {
    const { clock } = this.#dependencies;
    for (;;) {
      const { config } = this.#store;
      if (this.#giveUpIfEnded() || !config?.isEnabled || this.#stopped.signal.aborted) return null;
      this.#woken = Promise.withResolvers<void>();
      await this.#readIfDue(config);
      if (this.#stopped.signal.aborted) return null;
      await this.#gate.release(Math.max(0, MAX_PENDING - this.#pending.stored));
      if (this.#stopped.signal.aborted) return null;
      await this.#gate.checkDue(this.#due());
      if (this.#stopped.signal.aborted) return null;
      this.#sendDue();
      if (this.#inFlight.size > 0) {
        await Promise.race([...this.#inFlight.values(), this.#woken.promise]);
        continue;
      }
      const next = this.#nextRunAt;
      const pause = next === null ? null : next - clock.now();
      if (pause === null || pause > MIN_ALARM_MS) return next;
      if (pause > 0) await Promise.race([clock.wait(pause), this.#woken.promise]);
    }
  }

  /** When there is something to do that cannot be done now; null: not before the next wake. No attempt is under way. */
  get #nextRunAt(): number | null {
    const now = this.#dependencies.clock.now();
    const readAt = this.#hasRoom() ? (this.#readSchedule.nextAt(now) ?? Infinity) : Infinity;
    // Without room, nothing is released until a message leaves.
    const releaseAt = this.#pending.stored < MAX_PENDING ? (this.#gate.nextAt ?? Infinity) : Infinity;
    const next = Math.min(this.#sendAt(now), Math.max(this.#allowedAt(now), readAt), releaseAt);
    return next === Infinity ? null : next;
  }

  /** When the next pending message is due; Infinity: none is pending. */
  #sendAt(now: number): number {
    const dueTimes = this.#pending.heads().map((head) => dueAt(head.nextAttemptAt, now));
    if (dueTimes.length === 0) return Infinity;
    return this.isCircuitOpen ? this.#allowedAt(now) : Math.min(...dueTimes);
  }

  /** From when on the circuit breaker allows an attempt, and a read for it; Infinity: not during a probe. */
  #allowedAt(now: number): number {
    return this.#circuit.state === "closed" ? 0 : (nextProbeAt(this.#circuit, now) ?? Infinity);
  }

  /** Whether more may be read. While the circuit is open, that is one entry for a probe. */
  #hasRoom(): boolean {
    return this.isCircuitOpen
      ? this.#readAhead.pages === 0
      : this.#readAhead.pages < MAX_PAGES && this.#pending.stored < MAX_PENDING;
  }

  #isProbeDue(): boolean {
    if (this.#circuit.state === "closed") return false;
    const now = this.#dependencies.clock.now();
    return (nextProbeAt(this.#circuit, now) ?? Infinity) <= now;
  }

  async #readIfDue(config: SubscriptionConfig): Promise<void> {
    const { clock, random, timeline } = this.#dependencies;
    const { cursor } = this.#readAhead;
    const readAt = this.#readSchedule.nextAt(clock.now());
    if (!cursor || readAt === null || readAt > clock.now() || !this.#hasRoom()) return;
    if (this.isCircuitOpen && !this.#isProbeDue()) return;
    const start = this.#readSchedule.start();
    const { generation } = this.#gate;
    try {
      const page = await timeline.read(cursor, this.isCircuitOpen ? 1 : PAGE_SIZE);
      if (!this.#stopped.signal.aborted) this.#take(page, start, this.#gate.checkedAt(generation));
    } catch (error) {
      this.#readSchedule.failed(clock.now(), random());
      log.warn("timeline not read", { subscriptionId: config.id, error: describeError(error) });
    }
  }

  /** @param checkedAt when the page was read, for what it says about mutes */
  #take({ messages, snoozeChanged, nextCursor, hasMore, nextXid }: Page, start: ReadStart, checkedAt: number): void {
    const horizon = nextCursor.xid;
    this.#readSchedule.succeeded(start, { hasMore, horizon, nextXid }, this.#dependencies.clock.now());
    const page = this.#readAhead.add(nextCursor, messages.length);
    const windowStart = this.#retryWindowStart();
    this.#gate.askAgain(snoozeChanged);
    for (const message of messages) {
      const passed = this.#gate.pass(message);
      if (passed) this.#pending.add(page, passed, retryDeadline(message.recordedAt, windowStart), checkedAt);
      else this.#readAhead.settle(page);
    }
  }

  /** Start of the retry window for entries read now. While the circuit is open, the window also runs for unread entries. */
  #retryWindowStart(): number {
    const openedAt = this.#circuit.state === "closed" ? this.#dependencies.clock.now() : this.#circuit.openedAt;
    return Math.max(this.#store.meta.get("resumedAt") ?? 0, openedAt);
  }

  /** The messages that may be sent now; of these, those that fit into MAX_IN_FLIGHT are. */
  #due(): PendingMessage[] {
    if (this.isCircuitOpen) {
      const probe = this.#inFlight.size === 0 && this.#isProbeDue() ? this.#chooseProbe() : undefined;
      return probe ? [probe] : [];
    }
    const now = this.#dependencies.clock.now();
    if (this.#inFlight.size >= MAX_IN_FLIGHT) return [];
    return this.#pending
      .heads()
      .filter((head) => dueAt(head.nextAttemptAt, now) <= now && !this.#inFlight.has(head.alertId));
  }

  #sendDue(): void {
    // The config may have changed during the read.
    const { config } = this.#store;
    if (!config?.isEnabled) return;
    for (const message of this.#due()) {
      if (this.#inFlight.size >= MAX_IN_FLIGHT) return;
      if (!this.#gate.isFresh(message)) continue;
      if (this.#circuit.state !== "closed") this.#circuit = duringProbe(this.#circuit);
      this.#send(config, message);
    }
  }

  /** A message that never failed, else the one whose next attempt is due first: messages that always fail must not keep the circuit open. */
  #chooseProbe(): PendingMessage | undefined {
    const heads = this.#pending.heads();
    return heads.find((head) => !isStored(head)) ?? heads.toSorted((a, b) => a.nextAttemptAt - b.nextAttemptAt)[0];
  }

  #send(config: SubscriptionConfig, message: PendingMessage): void {
    const { endpoint } = this.#dependencies;
    const attempt = endpoint
      .send(config, {
        id: message.id,
        alertId: message.alertId,
        body: this.#pending.body(message),
        attempt: message.attempts + 1,
      })
      .then(async (result) => {
        this.#inFlight.delete(message.alertId);
        if (this.#stopped.signal.aborted) return;
        if (result.isDelivered && result.skipped !== undefined) this.#skipped(message);
        else if (result.isDelivered) this.#delivered(config, message);
        else await this.#failed(config, message, result);
        this.#dependencies.subscription.attempted();
      });
    this.#inFlight.set(message.alertId, attempt);
  }

  /** The endpoint was not called, so that this says nothing about its health. */
  #skipped(message: PendingMessage): void {
    if (this.#circuit.state === "half-open") this.#circuit = afterNoAnswer(this.#circuit);
    this.#pending.remove(message);
  }

  #delivered(config: SubscriptionConfig, message: PendingMessage): void {
    const now = this.#dependencies.clock.now();
    if (isOutage(this.#circuit)) this.#pending.retryAllNow();
    this.#setCircuit(CLOSED);
    this.#pending.remove(message);
    if (this.#store.hasTarget(config)) this.#store.lastTest.clearFailure();
    // At most once a second, because it writes a row.
    if (now - (this.#store.meta.get("lastDeliveredAt") ?? 0) >= SECOND) this.#store.meta.set("lastDeliveredAt", now);
  }

  async #failed(config: SubscriptionConfig, message: PendingMessage, result: AttemptResult & { isDelivered: false }) {
    const { clock, random, subscription } = this.#dependencies;
    const { error, retryAfterMs } = result;
    const { alertId } = message;
    this.#store.meta.set("lastError", error);
    if (isGone(result)) await subscription.end(config.url);
    if (this.#stopped.signal.aborted) return;
    const now = clock.now();
    this.#pending.postpone(message, now + retryDelayMs(message.attempts + 1, random(), retryAfterMs));
    if (this.#giveUpIfEnded()) return;
    if (result.isPermanent) {
      if (this.#circuit.state === "half-open") this.#circuit = afterNoAnswer(this.#circuit);
      return this.#deadLetters.giveUp([message], error);
    }
    this.#setCircuit(afterFailure(this.#circuit, { alertId, now, random: random(), retryAfterMs }));
    if (this.#circuit.state === "closed") {
      const isBlocking = this.#pending.stored >= MAX_PENDING && message.attempts >= MAX_ATTEMPTS_WHEN_FULL;
      if (!isBlocking) return this.#deadLetters.giveUpExpired([message], error);
      const queue = this.#pending.ofAlert(alertId);
      return this.#deadLetters.giveUp(queue.slice(0, Math.ceil(queue.length / 2)), error);
    }
    // Pages are read again later: a message that stayed in memory would then be out of order.
    this.#pending.storeAll();
    const idle = this.#pending.all().filter((one) => !this.#inFlight.has(one.alertId));
    this.#deadLetters.giveUpExpired(idle, error);
    await this.#deadLetters.giveUpUnread(this.#retryWindowStart(), error);
  }

  /** Gives up the pending messages of a subscription that its endpoint ended, except those that are being sent. */
  #giveUpIfEnded(): boolean {
    const { config } = this.#store;
    if (!config?.hasEnded || config.isEnabled) return false;
    if (this.isCircuitOpen) this.#setCircuit(CLOSED);
    this.#pending.storeAll();
    const idle = this.#pending.all().filter((one) => !this.#inFlight.has(one.alertId));
    this.#deadLetters.giveUp(idle, ENDED);
    return true;
  }

  #setCircuit(circuit: Circuit): void {
    const wasOpen = this.isCircuitOpen;
    this.#circuit = circuit;
    if (circuit.state !== "closed") this.#store.meta.set("circuit", circuit);
    else if (wasOpen) this.#store.meta.set("circuit", null);
  }
}
