/** The Durable Object of an integration: answers calls and its alarm. Has no rules: each module beside it has one job. */
import { retryable } from "cloudflare:durable-objects";
import { DurableObject } from "cloudflare:workers";
import { describeError } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import { SECOND } from "../../lib/time.ts";
import { Alarm, BACKSTOP_MS } from "../shared/alarm.ts";
import { within } from "../shared/call.ts";
import { createModules, type Modules } from "./modules.ts";
import type * as rpc from "./rpc.ts";

type Answer<T> = T | Promise<T>;

/**
 * The alarm that a delivery sets, in case the object ends before its flush. It fires before the platform evicts an idle object, after
 * ten seconds: later, it would open the database of the object again, for nothing.
 */
const FLUSH_BACKSTOP_MS = 8 * SECOND;

/** How long an alarm waits for its flush. Under load a flush does not end, and no other alarm fires before this one ends. */
const MAX_ALARM_FLUSH_MS = 5 * SECOND;

/**
 * The single writer of an integration, or of one shard of it. All writes of a call commit together, and the runtime holds
 * the reply until they are on disk. rpc.ts describes the calls.
 */
export class Integration extends DurableObject<Env> {
  readonly #modules: Modules;
  readonly #alarm: Alarm;

  static {
    // Every call is idempotent, so the platform may repeat it: see callByName (shared/call.ts).
    retryable(
      this.prototype.configure,
      this.prototype.expectConfig,
      this.prototype.config,
      this.prototype.pinTopic,
      this.prototype.accept,
      this.prototype.previewDecision,
      this.prototype.reject,
      this.prototype.updateAlerts,
      this.prototype.rebalance,
      this.prototype.exportState,
      this.prototype.releasePartitions,
      this.prototype.pingHeartbeat,
      this.prototype.getHeartbeat,
      this.prototype.getStats,
      this.prototype.listQuarantine,
      this.prototype.getQuarantinedRow,
    );
  }

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#alarm = new Alarm(state.storage, () => this.alarm());
    this.#modules = createModules(state, env, {
      flushSoon: () => this.#flushSoon(),
      wakeAt: (time) => this.ctx.waitUntil(this.#alarm.wakeAt(time)),
      configure: (config) => void this.configure(config),
      expectConfig: (version) => {
        if (this.#modules.expectedConfig.dueAt === null) this.ctx.waitUntil(this.expectConfig(version));
      },
    });
    // A source may send before each alarm, to an object that was evicted meanwhile: its alarm must still come.
    void state.blockConcurrencyWhile(() => this.#alarm.load());
    const { dueAt } = this.#modules.expectedConfig;
    if (dueAt !== null) this.ctx.waitUntil(this.#alarm.wakeAt(Math.max(dueAt, Date.now())));
    // Rows that a killed object left behind need not wait for the alarm.
    if (this.#modules.store.outbox.rows > 0) this.#flushSoon();
  }

  async expectConfig(version: number): Promise<number> {
    const { store, expectedConfig } = this.#modules;
    const known = store.config?.version ?? 0;
    if (version > known) {
      expectedConfig.expect(version, Date.now());
      await this.#alarm.wakeAt(Date.now() + BACKSTOP_MS);
    }
    return known;
  }

  configure(config: rpc.IntegrationConfig): rpc.ConfigureReply {
    const { store, heartbeat, expectedConfig } = this.#modules;
    const before = store.config;
    const wasBehind = store.configure(config);
    const version = store.config?.version ?? 0;
    expectedConfig.arrived(version);
    if (wasBehind) {
      heartbeat.onConfigured(config, before, Date.now());
      // The alarm handler applies the heartbeat and auto-resolve settings of the new config.
      this.#flushSoon();
    }
    return { version, wasBehind };
  }

  config(): rpc.IntegrationConfig | null {
    return this.#modules.store.config;
  }

  pinTopic(topicArn: string): string {
    return this.#modules.store.pinTopic(topicArn);
  }

  accept(call: rpc.Call, deliveries: readonly rpc.Delivery[]): Answer<rpc.AcceptReply[]> {
    const { rebalancer, acceptor, follower, flusher } = this.#modules;
    const version = Math.max(...deliveries.map(({ configVersion }) => configVersion));
    return flusher.afterBatch(() =>
      follower.withConfig(version, () => rebalancer.afterwards(() => acceptor.accept(call, deliveries, Date.now()))),
    );
  }

  previewDecision(delivery: rpc.PreviewRequest): Answer<rpc.DecisionPreview | null> {
    const { rebalancer, acceptor, follower } = this.#modules;
    return follower.withConfig(1, () => rebalancer.afterwards(() => acceptor.preview(delivery, Date.now())));
  }

  reject(rejection: rpc.Rejection): rpc.RejectReply {
    return this.#modules.rejector.reject(rejection, Date.now());
  }

  updateAlerts(request: rpc.AlertUpdateRequest): Answer<rpc.AlertUpdateReply> {
    const { rebalancer, alertUpdates, follower } = this.#modules;
    return follower.withConfig(1, () => rebalancer.afterwards(() => alertUpdates.update(request)));
  }

  rebalance(): Promise<void> {
    return this.#modules.rebalancer.run();
  }

  exportState(config: rpc.IntegrationConfig, partitions: readonly number[], cursor: string | null): rpc.StatePage {
    this.configure(config);
    return this.#modules.rebalancer.exportState(partitions, cursor);
  }

  releasePartitions(since: number, partitions: readonly number[]): void {
    this.#modules.rebalancer.release(since, partitions);
  }

  pingHeartbeat(): void {
    if (this.#modules.heartbeat.onPing(Date.now())) this.#flushSoon();
  }

  getHeartbeat(): rpc.HeartbeatState {
    return this.#modules.heartbeat.state();
  }

  getStats(): rpc.ObjectStats {
    return this.#modules.reporter.stats(Date.now());
  }

  listQuarantine(after: number, limit: number): rpc.QuarantinedRow[] {
    return this.#modules.quarantine.list(after, limit);
  }

  getQuarantinedRow(row: number): rpc.QuarantinedRowDetail | null {
    return this.#modules.quarantine.get(row);
  }

  retryQuarantine(row: number | null): number {
    const count = this.#modules.quarantine.retry(row, Date.now());
    if (count > 0) this.#flushSoon();
    return count;
  }

  discardQuarantinedRow(row: number): rpc.QuarantinedRow | null {
    const { quarantine, reporter } = this.#modules;
    const discarded = quarantine.discard(row);
    if (discarded) this.ctx.waitUntil(reporter.send());
    return discarded;
  }

  /** Flushes leftover rows, and runs due tasks. It must never throw: the platform retries an alarm only six times. */
  override async alarm(): Promise<void> {
    this.#alarm.fired();
    await Promise.all([this.#checkConfig(), this.#runTasks()]);
  }

  async #runTasks(): Promise<void> {
    const { store, rebalancer, autoResolve, expiry, heartbeat, flusher, debts, reporter } = this.#modules;
    if (!store.config) return;
    try {
      await rebalancer.run();
      autoResolve.run(Date.now());
      expiry.run(Date.now());
      heartbeat.run(Date.now());
      const flushing = within(MAX_ALARM_FLUSH_MS, flusher.run()).catch(() => this.#flushSoon());
      await Promise.all([flushing, debts.run(Date.now())]);
      await reporter.run(Date.now());
      const due = [autoResolve.nextRunAt(), expiry.nextRunAt(), heartbeat.nextRunAt()];
      const times = [flusher.nextAttemptAt, debts.nextRunAt(), reporter.nextRunAt(Date.now()), ...due];
      for (const time of times) if (time !== null) await this.#alarm.wakeAt(time);
    } catch (error) {
      log.error("alarm failed", { integrationId: store.config.id, error: describeError(error) });
      await this.#alarm.wakeAt(Date.now() + BACKSTOP_MS);
    }
  }

  async #checkConfig(): Promise<void> {
    const { store, expectedConfig } = this.#modules;
    if (expectedConfig.dueAt === null) return;
    try {
      const next = await expectedConfig.check();
      if (next !== null) await this.#alarm.wakeAt(next);
      // The integration was never created: nothing of it stays.
      else if (!store.config) await this.ctx.storage.deleteAll();
    } catch (error) {
      log.error("alarm failed", { object: this.ctx.id.name, error: describeError(error) });
      await this.#alarm.wakeAt(Date.now() + BACKSTOP_MS);
    }
  }

  /** Starts a flush in the background. The alarm commits together with the rows just written. */
  #flushSoon(): void {
    const now = Date.now();
    this.ctx.waitUntil(this.#alarm.wakeAt(now + FLUSH_BACKSTOP_MS));
    this.ctx.waitUntil(this.#flushIfDue(now));
  }

  async #flushIfDue(now: number): Promise<void> {
    const { flusher, reporter } = this.#modules;
    await flusher.runIfDue(now);
    await reporter.run(Date.now());
    const times = [flusher.nextAttemptAt, reporter.nextRunAt(Date.now())];
    for (const time of times) if (time !== null) await this.#alarm.wakeAt(time);
  }
}
