/** The Durable Object of an integration: answers calls and its alarm. Has no rules of its own: each module beside it has one job. */
import { DurableObject } from "cloudflare:workers";
import { findAlerts } from "../../db/alerts.ts";
import { withConnection } from "../../db/client.ts";
import { describeError } from "../../db/errors.ts";
import { type BatchRow, writeBatch } from "../../db/write-batch.ts";
import { log } from "../../lib/log.ts";
import { Alarm, BACKSTOP_MS } from "../shared/alarm.ts";
import { SubscriptionNotifier } from "../subscription/client.ts";
import { Acceptor } from "./accept.ts";
import { AutoResolve } from "./auto-resolve.ts";
import { callObject } from "./client.ts";
import { Flusher } from "./flush.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Purge } from "./purge.ts";
import { Quarantine } from "./quarantine.ts";
import { Rejector } from "./reject.ts";
import type * as rpc from "./rpc.ts";
import { objectName, Rebalancer } from "./shards/index.ts";
import { StatusChanges } from "./status-changes.ts";
import { Store } from "./store/index.ts";

type Answer<T> = T | Promise<T>;

/**
 * The single writer of an integration, or of one shard of it. All writes of a call commit together, and the runtime holds
 * the reply until they are on disk. rpc.ts describes the calls.
 */
export class Integration extends DurableObject<Env> {
  readonly #store: Store;
  readonly #alarm: Alarm;
  readonly #quarantine: Quarantine;
  readonly #flusher: Flusher;
  readonly #heartbeat: Heartbeat;
  readonly #autoResolve: AutoResolve;
  readonly #acceptor: Acceptor;
  readonly #rejector: Rejector;
  readonly #statusChanges: StatusChanges;
  readonly #rebalancer: Rebalancer;
  readonly #purge: Purge;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    const store = new Store(state.storage);
    const notifier = new SubscriptionNotifier(env);
    const flushSoon = () => this.#flushSoon();
    const waitUntil = (promise: Promise<unknown>) => state.waitUntil(promise);
    this.#store = store;
    this.#alarm = new Alarm(state.storage);
    this.#quarantine = new Quarantine(store);
    this.#flusher = new Flusher({
      integrationId: () => store.config?.id,
      nextBatch: () => store.outbox.nextBatch(),
      write: async (batch: readonly BatchRow[]) => {
        const { xid, subscriptionIds } = await writeBatch(env, store.config?.id ?? "", batch);
        waitUntil(notifier.tell(subscriptionIds, xid));
      },
      remove: (batch) => store.atomically(() => store.outbox.remove(batch)),
      quarantine: (row, error, now) => this.#quarantine.add(row, error, now),
    });
    this.#autoResolve = new AutoResolve(store);
    this.#heartbeat = new Heartbeat(store, (integrationId) => {
      const ping = callObject(env, objectName(integrationId, 0), (object) => object.pingHeartbeat());
      waitUntil(ping.catch(() => undefined));
    });
    this.#acceptor = new Acceptor(store, this.#heartbeat, this.#autoResolve, flushSoon);
    this.#rejector = new Rejector(store, flushSoon);
    this.#statusChanges = new StatusChanges(store, {
      flusher: this.#flusher,
      loadAlerts: (ids) => withConnection(env, (db) => findAlerts(db, ids)),
      flushSoon,
    });
    this.#rebalancer = new Rebalancer(store, {
      call: (name, call) => callObject(env, name, call),
      waitUntil,
      onRebalanced: flushSoon,
    });
    this.#purge = new Purge(store);
    // Rows that a killed object left behind need not wait for the alarm.
    if (store.outbox.rows > 0) flushSoon();
  }

  configure(config: rpc.IntegrationConfig): void {
    if (!this.#store.configure(config)) return;
    this.#heartbeat.configured(config, Date.now());
    // The alarm sees what the new config has to watch.
    this.#flushSoon();
  }

  config(): rpc.IntegrationConfig | null {
    return this.#store.config;
  }

  pinTopic(topicArn: string): string {
    return this.#store.pinTopic(topicArn);
  }

  accept(call: rpc.Call, deliveries: readonly rpc.Delivery[]): Answer<rpc.AcceptReply[]> {
    return this.#rebalancer.afterwards(() => this.#acceptor.accept(call, deliveries, Date.now()));
  }

  previewDecision(delivery: rpc.PreviewRequest): Answer<rpc.DecisionPreview | null> {
    return this.#rebalancer.afterwards(() => this.#acceptor.preview(delivery, Date.now()));
  }

  reject(rejection: rpc.Rejection): rpc.RejectReply {
    return this.#rejector.reject(rejection, Date.now());
  }

  changeStatus(request: rpc.StatusChangeRequest): Answer<rpc.StatusChangeReply> {
    return this.#rebalancer.afterwards(() => this.#statusChanges.change(request));
  }

  rebalance(): Promise<void> {
    return this.#rebalancer.run();
  }

  exportState(config: rpc.IntegrationConfig, partitions: readonly number[], cursor: string | null): rpc.StatePage {
    this.configure(config);
    return this.#rebalancer.exportState(partitions, cursor);
  }

  releasePartitions(since: number, partitions: readonly number[]): void {
    this.#rebalancer.release(since, partitions);
  }

  pingHeartbeat(): void {
    if (this.#heartbeat.pinged(Date.now())) this.#flushSoon();
  }

  getHeartbeat(): rpc.HeartbeatState {
    return this.#heartbeat.state;
  }

  getOutboxStatus(): rpc.OutboxStatus {
    const { outbox } = this.#store;
    return {
      rows: outbox.rows,
      bytes: outbox.bytes,
      oldestAt: outbox.oldestAcceptedAt(),
      quarantined: this.#quarantine.count(),
      flushedLastMinute: this.#flusher.rate.lastMinute(Date.now()),
      lastError: this.#flusher.lastError,
    };
  }

  getStats(): rpc.ObjectStats {
    return {
      ...this.getOutboxStatus(),
      flushFailures: this.#flusher.failures,
      isHeartbeatMissed: this.#heartbeat.isMissed,
      totals: this.#store.outbox.totals,
    };
  }

  listQuarantine(after: number, limit: number): rpc.QuarantinedRow[] {
    return this.#quarantine.list(after, limit);
  }

  getQuarantinedRow(row: number): rpc.QuarantinedRowDetail | null {
    return this.#quarantine.get(row);
  }

  retryQuarantine(row: number | null): number {
    const count = this.#quarantine.retry(row, Date.now());
    if (count > 0) this.#flushSoon();
    return count;
  }

  discardQuarantinedRow(row: number): rpc.QuarantinedRow | null {
    return this.#quarantine.discard(row);
  }

  /** Flushes what was left behind, and runs what is due. It must never throw: after six failures the platform gives up. */
  override async alarm(): Promise<void> {
    this.#alarm.rang();
    if (!this.#store.config) return;
    try {
      await this.#rebalancer.run();
      this.#autoResolve.run(Date.now());
      this.#heartbeat.run(Date.now());
      await this.#flusher.run();
      const times = [this.#flusher.nextAttemptAt, this.#autoResolve.nextRunAt(), this.#heartbeat.nextRunAt()];
      for (const time of [...times, this.#purge.run(Date.now())]) if (time !== null) await this.#alarm.wakeAt(time);
    } catch (error) {
      log.error("alarm failed", { integrationId: this.#store.config.id, error: describeError(error) });
      await this.#alarm.wakeAt(Date.now() + BACKSTOP_MS);
    }
  }

  /** Starts a flush that nobody waits for. The alarm commits together with the rows just written. */
  #flushSoon(): void {
    const now = Date.now();
    this.ctx.waitUntil(this.#alarm.wakeAt(now + BACKSTOP_MS));
    this.ctx.waitUntil(this.#flushIfDue(now));
  }

  async #flushIfDue(now: number): Promise<void> {
    await this.#flusher.runIfDue(now);
    if (this.#flusher.nextAttemptAt !== null) await this.#alarm.wakeAt(this.#flusher.nextAttemptAt);
  }
}
