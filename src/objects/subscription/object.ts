/** The Durable Object of a subscription: RPC, alarm and config over the scheduler and its store. */
import { retryable } from "cloudflare:durable-objects";
import { DurableObject } from "cloudflare:workers";
import { withConnection } from "../../db/client.ts";
import { describeError } from "../../db/errors.ts";
import { endSubscription } from "../../db/subscriptions.ts";
import { newId } from "../../lib/ids.ts";
import { log } from "../../lib/log.ts";
import { DAY, MINUTE } from "../../lib/time.ts";
import { callFeeds } from "../feed/client.ts";
import { Alarm, BACKSTOP_MS } from "../shared/alarm.ts";
import type { SubscriptionConfig, Target } from "./config.ts";
import { ConfigLoader } from "./config-loader.ts";
import type { Attempt } from "./attempt.ts";
import { tryMessage } from "./try-message.ts";
import type { DeadLetter, SubscriptionState } from "./rpc.ts";
import { Scheduler } from "./scheduler.ts";
import { type ShownState, StateAnnouncer } from "./state-announcer.ts";
import { ATTEMPT_RETENTION_MS, type AttemptFilter } from "./store/attempts.ts";
import { SubscriptionStore } from "./store/store.ts";
import { TimelineReader } from "./timeline-reader.ts";

/** A config change that the object was not notified of takes effect after this time. */
const MAX_CONFIG_AGE_MS = MINUTE;

const DEAD_LETTER_DAYS = 30;

export class Subscription extends DurableObject<Env> {
  readonly #alarm: Alarm;
  readonly #configLoader: ConfigLoader;
  readonly #timeline: TimelineReader;
  #store: SubscriptionStore;
  #scheduler: Scheduler;
  readonly #announcer: StateAnnouncer;
  /** Runs of the scheduler that have not ended. */
  #runs = 0;

  static {
    retryable(
      this.prototype.wake,
      this.prototype.refresh,
      this.prototype.mutingChanged,
      this.prototype.state,
      this.prototype.listDeadLetters,
      this.prototype.getDeadLetter,
      this.prototype.listAttempts,
      this.prototype.getAttempt,
    );
  }

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    const id = state.id.name ?? "";
    this.#alarm = new Alarm(state.storage, () => this.alarm());
    this.#configLoader = new ConfigLoader(env, id, (config) => this.#applyConfig(config));
    this.#timeline = new TimelineReader(env, id, this.#configLoader);
    this.#store = new SubscriptionStore(state.storage);
    this.#scheduler = this.#newScheduler();
    this.#announcer = new StateAnnouncer({
      shown: () => this.#shownState(),
      announce: () => this.#announce(),
      now: () => Date.now(),
    });
  }

  #newScheduler(): Scheduler {
    return new Scheduler(this.#store, {
      timeline: this.#timeline,
      endpoint: {
        send: async (config, message) => {
          const { result, attempt } = await tryMessage(this.env, config, message, Date.now());
          this.#log(attempt);
          return result;
        },
      },
      subscription: {
        end: (url) => this.#endByEndpoint(url),
        attempted: () => this.#announcer.afterAttempt(),
      },
      clock: { now: () => Date.now(), wait: (ms) => scheduler.wait(ms) },
      random: () => Math.random(),
    });
  }

  /** See SubscriptionObject (rpc.ts), as for all public methods. */
  async wake(xid: string): Promise<void> {
    // Writers do not wake disabled subscriptions, so this one may have been enabled since its config was loaded.
    if (!this.#store.config?.isEnabled) await this.refresh();
    if (!this.#store.config) return;
    this.#scheduler.wake(BigInt(xid));
    this.#work();
  }

  async refresh(): Promise<void> {
    await this.#configLoader.load();
    if (!this.#store.config) return;
    this.#scheduler.wake(0n);
    this.#work();
  }

  mutingChanged(): void {
    if (!this.#store.config) return;
    this.#scheduler.mutingChanged();
    this.#work();
  }

  state(): SubscriptionState {
    return {
      isCircuitOpen: this.#scheduler.isCircuitOpen,
      pendingMessages: this.#scheduler.pendingMessages,
      oldestPendingAt: this.#scheduler.oldestPendingAt ?? this.#store.meta.get("circuit")?.openedAt ?? null,
      deadLetters: this.#store.deadLetters.count,
      heldAlerts: this.#store.held.count,
      lastDeliveredAt: this.#store.meta.get("lastDeliveredAt"),
      lastError: this.#store.meta.get("lastError"),
      lastTestError: this.#store.lastTest.error,
      nextAttemptAt: this.#store.config?.isEnabled ? this.#scheduler.nextAttemptAt : null,
    };
  }

  listDeadLetters(afterId: string | null, limit: number): DeadLetter[] {
    return this.#store.deadLetters.list(afterId, limit);
  }

  getDeadLetter(id: string): DeadLetter | null {
    return this.#store.deadLetters.get(id);
  }

  resendDeadLetters(id: string | null): number {
    const resent = this.#scheduler.resend(id);
    if (resent > 0) this.#work();
    return resent;
  }

  discardDeadLetter(id: string): boolean {
    const isDiscarded = this.#store.deadLetters.remove(id);
    this.#announcer.afterWork();
    return isDiscarded;
  }

  listAttempts(filter: AttemptFilter, beforeId: string | null, limit: number): Attempt[] {
    return this.#store.attempts.list(filter, beforeId, limit, Date.now());
  }

  getAttempt(id: string): Attempt | null {
    return this.#store.attempts.get(id, Date.now());
  }

  async recordAttempt(attempt: Attempt, target: Target): Promise<void> {
    // A deleted subscription keeps nothing.
    if (!this.#store.config) return;
    this.#log(attempt);
    // No run follows that would write it.
    this.#store.attempts.flush(Date.now());
    // The target may have changed without a notification.
    if (!this.#store.hasTarget(target)) await this.#loadConfig(() => this.#configLoader.load());
    if (!this.#store.hasTarget(target)) return;
    const { outcome, startedAt, error } = attempt;
    this.#store.lastTest.record(startedAt, outcome === "failed" ? (error ?? "") : null);
    this.#announcer.afterWork();
  }

  #log(attempt: Attempt): void {
    // A deleted subscription keeps nothing.
    if (this.#store.config) this.#store.attempts.add(attempt, Date.now());
  }

  /** Never throws: the platform would retry it only a few times. */
  override async alarm(): Promise<void> {
    this.#alarm.fired();
    try {
      this.#purge(Date.now());
      await this.#run();
    } catch (error) {
      log.error("alarm failed", { subscriptionId: this.ctx.id.name, error: describeError(error) });
      await this.#alarm.wakeAt(Date.now() + BACKSTOP_MS);
    }
  }

  /** Starts the scheduler without waiting for it. The alarm commits together with the writes before this call. */
  #work(): void {
    this.ctx.waitUntil(this.#alarm.wakeAt(Date.now() + BACKSTOP_MS));
    this.ctx.waitUntil(this.#run());
  }

  /** Sets the alarm for the next work. Without work it removes the alarm: a new instance's alarm would read the timeline. */
  async #run(): Promise<void> {
    this.#runs++;
    let next: number | null;
    try {
      await this.#refreshOldConfig();
      next = await this.#scheduler.run();
    } finally {
      this.#runs--;
      this.#store.attempts.flush(Date.now());
      this.#announcer.afterWork();
    }
    const purgeAt = this.#purgeAt();
    if (next !== null) await this.#alarm.wakeAt(next);
    else if (this.#runs === 0) await this.#alarm.replace(purgeAt);
    if (purgeAt !== null) await this.#alarm.wakeAt(purgeAt);
  }

  /** Picks up a config change that the object was not notified of. Reading the timeline does so, too, but may not be due. */
  async #refreshOldConfig(): Promise<void> {
    await this.#loadConfig(() => this.#configLoader.loadIfOlder(MAX_CONFIG_AGE_MS, Date.now()));
  }

  async #loadConfig(load: () => Promise<void>): Promise<void> {
    await load().catch((error: unknown) => {
      log.warn("config not loaded", { subscriptionId: this.ctx.id.name, error: describeError(error) });
    });
  }

  async #applyConfig(config: SubscriptionConfig | null): Promise<void> {
    if (config) return this.#store.configure(config, Date.now());
    if (!this.#store.config) return;
    this.#announce();
    await this.#end();
  }

  #shownState(): ShownState {
    const { config, meta, deadLetters, held, lastTest } = this.#store;
    return {
      config,
      circuit: meta.get("circuit"),
      pendingMessages: this.#scheduler.pendingMessages,
      deadLetters: deadLetters.count,
      heldAlerts: held.count,
      lastDeliveredAt: meta.get("lastDeliveredAt"),
      lastError: meta.get("lastError"),
      lastTestError: lastTest.error,
    };
  }

  /** Announces this subscription to open pages of the console. */
  #announce(): void {
    const { config } = this.#store;
    if (config) void callFeeds(this.env, (feed) => feed.listChanged("subscriptions", [config.teamId]));
  }

  /** When the first dead letter or attempt expires, in Unix ms; null: there is none. */
  #purgeAt(): number | null {
    const { oldestGivenUpAt } = this.#store.deadLetters;
    const { oldestAt } = this.#store.attempts;
    // Something expires at the first instant after its time. Attempts, which are many, wait for the end of the day (UTC).
    const times = [
      oldestGivenUpAt === null ? null : oldestGivenUpAt + DEAD_LETTER_DAYS * DAY + 1,
      oldestAt === null ? null : Math.ceil((oldestAt + ATTEMPT_RETENTION_MS + 1) / DAY) * DAY,
    ].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  #purge(now: number): void {
    if (!this.#store.config) return;
    this.#store.deadLetters.purge(now - DEAD_LETTER_DAYS * DAY);
    this.#store.attempts.purge(now);
  }

  /** Disables the subscription whose endpoint answered 410. Without Postgres, the message is retried, and ends it then. */
  async #endByEndpoint(url: string): Promise<void> {
    const id = this.ctx.id.name ?? "";
    const now = new Date();
    const teamId = this.#store.config?.teamId ?? null;
    try {
      const hasEnded = await withConnection(this.env, (db) =>
        endSubscription(db, { id, url }, now, {
          id: newId(),
          teamId,
          actor: "tocsin",
          action: "subscription.end",
          targetType: "subscription",
          targetId: id,
          before: { isEnabled: true },
          after: { isEnabled: false, endedAt: now.toISOString() },
          createdAt: now,
        }),
      );
      await this.#configLoader.load();
      if (hasEnded) log.warn("subscription ended by its endpoint", { subscriptionId: id });
    } catch (error) {
      log.warn("subscription not ended", { subscriptionId: id, error: describeError(error) });
    }
  }

  /** Deletes all state of a deleted subscription. */
  async #end(): Promise<void> {
    this.#scheduler.stop();
    await this.ctx.storage.deleteAll();
    this.#store = new SubscriptionStore(this.ctx.storage);
    this.#scheduler = this.#newScheduler();
  }
}
