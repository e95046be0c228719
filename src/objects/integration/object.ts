import { type AlertChanges, type AlertState } from "../../alerts/alert.ts";
import { DurableObject } from "cloudflare:workers";
import { isUnresolved } from "../../alerts/status.ts";
import { findAlerts } from "../../db/alerts.ts";
import { withConnection } from "../../db/client.ts";
import { describeError } from "../../db/errors.ts";
import { type BatchRow, writeBatch } from "../../db/write-batch.ts";
import { newId } from "../../lib/ids.ts";
import { log } from "../../lib/log.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../lib/time.ts";
import { decide, type RememberedDelivery, windowMs } from "../../alerts/decide.ts";
import { PARTITIONS, partitionOfAlert, HEARTBEAT_KEY, newIdsFor } from "./shards/partitions.ts";
import { callObject } from "./client.ts";
import { Flusher } from "./flush.ts";
import { exportState, forgetPartitions, importState } from "./shards/transfer.ts";
import type {
  AcceptReply,
  Call,
  Delivery,
  Forecast,
  Foreseeable,
  IntegrationConfig,
  StatePage,
  ObjectStats,
  OutboxStatus,
  Rejection,
  RejectReply,
  QuarantinedRowDetail,
  QuarantinedRow,
  StatusChange,
  StatusChangeReply,
  HeartbeatState,
} from "./rpc.ts";
import { acceptedEntries, changeEntries, rejectedEntry } from "./records.ts";
import { rejectionClassOf } from "../../alerts/rejection-class.ts";
import { Quarantine } from "./quarantine.ts";
import { partitionsOf, objectName, shardOf } from "./shards/split.ts";
import { StatusChanges } from "./status-changes.ts";
import { SubscriptionNotifier } from "../subscription/notifier.ts";
import { Store } from "./store.ts";
import { addTotals, NO_TOTALS } from "./totals.ts";
import { Batch } from "./batch.ts";
import { autoResolve, resolveMissedHeartbeat, openMissedHeartbeat } from "./watch.ts";

/** An object killed before its flush is woken up after this long at the latest. */
const BACKSTOP_MS = 30 * SECOND;

const PURGE_EVERY_MS = 10 * MINUTE;

/** What watches for missedHeartbeat hears of deliveries to other objects of the integration this often, while they come. */
const TELL_EVERY_MS = 15 * SECOND;

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
  readonly #quarantined: Quarantine;
  #alarmAt: number | null = null;
  #purgedAt = 0;
  #unverified = { minute: 0, rows: 0, omitted: 0 };
  #taken = { minute: 0, count: 0 };
  #settling: Promise<void> | null = null;
  #toldAt = 0;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = new Store(state.storage);
    this.#quarantined = new Quarantine(state.storage.sql);
    const id = () => this.#store.config?.id;
    const notifier = new SubscriptionNotifier(env);
    const write = async (batch: readonly BatchRow[]) => {
      const { xid, subscriptionIds } = await writeBatch(env, id() ?? "", batch);
      state.waitUntil(notifier.notify(subscriptionIds, xid));
    };
    this.#flusher = new Flusher(this.#store, write, id);
    this.#changes = new StatusChanges(this.#store, this.#flusher, {
      load: (ids) => withConnection(env, (db) => findAlerts(db, ids)),
      isOwn: (alert) => this.#isOwn(alert),
    });
    // Whatever woke it up: what a killed object left behind need not wait for the alarm.
    if (this.#store.depth.rows > 0) this.#flushSoon(Date.now());
  }

  /** Takes a new version of the integration's config; an older one changes nothing. */
  configure(config: IntegrationConfig): void {
    if (!this.#store.configure(config)) return;
    const now = Date.now();
    // With a new config the waiting begins anew: what it expects was not expected before.
    this.#store.wait(now);
    const missedHeartbeat = this.#openMissedHeartbeat();
    if (missedHeartbeat && config.heartbeatMinutes === null)
      this.#apply(config, resolveMissedHeartbeat(missedHeartbeat, now, newId), null, now);
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
  accept(call: Call, deliveries: readonly Delivery[]): AcceptReply[] | Promise<AcceptReply[]> {
    if (!this.#isRebalanced()) return this.settle().then(() => this.accept(call, deliveries));
    const config = this.#store.config;
    if (!config) return deliveries.map(() => ({ kind: "unknown" }));
    const answered = this.#store.repliesTo(call);
    if (answered) return answered;
    const now = Date.now();
    const turn = new Batch(this.#store, deliveries);
    const sightings: Sighting[] = [];
    const replies = deliveries.map((delivery) => {
      try {
        return this.#decide(config, turn, delivery, now, sightings);
      } catch (error) {
        // One that brings out a fault of ours must not take the others with it.
        log.error("accept failed", {
          deliveryId: delivery.id,
          integrationId: config.id,
          error: describeError(error),
        });
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

  #decide(config: IntegrationConfig, turn: Batch, delivery: Delivery, now: number, sightings: Sighting[]): AcceptReply {
    if (config.version > delivery.configVersion) return { kind: "newer-config", config };
    if (config.version < delivery.configVersion) return { kind: "older-config" };
    if (this.#isOverloaded()) return { kind: "overloaded", retryAfterSeconds: RETRY_AFTER_SECONDS };
    const isReplay = delivery.replayOf !== undefined;
    const known = turn.known(delivery);
    // A wish to replay may be sent again for as long as its Idempotency-Key is good.
    const remembered = isReplay ? DAY : windowMs(config.deduplicationWindowMinutes);
    const decision = decide(known, { ...delivery, receivedAt: now }, remembered, newIdsFor(delivery.dedupKey));
    if (!decision.isRecorded) {
      if (!isReplay && !this.#takes(config, now)) {
        return { kind: "overloaded", retryAfterSeconds: secondsToNextMinute(now), isLimit: true };
      }
      const counted = { [decision.status === "DUPLICATE" ? "duplicate" : "accepted"]: 1, takenAt: isReplay ? 0 : now };
      turn.add(delivery, decision, acceptedEntries(config, turn.nextRow, delivery, decision), counted);
      const repeated = decision.status === "DUPLICATE" ? known.remembered : null;
      if (!isReplay) sightings.push({ deliveryId: delivery.id, repeated });
    }
    const { status, duplicateOf, outcomes, alertKeys } = decision;
    return { kind: "decided", status, duplicateOf, outcomes, alertKeys };
  }

  /** What would be decided on a delivery now; nothing is recorded. */
  forecast(delivery: Foreseeable): Forecast | null | Promise<Forecast | null> {
    if (!this.#isRebalanced()) return this.settle().then(() => this.forecast(delivery));
    const config = this.#store.config;
    if (!config) return null;
    const facts = { ...delivery, receivedAt: Date.now() };
    const known = new Batch(this.#store, [delivery]).known(delivery);
    const decision = decide(known, facts, windowMs(config.deduplicationWindowMinutes), newIdsFor(delivery.dedupKey));
    const { status, duplicateOf, outcomes, reason, explanation } = decision;
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
    const { omitted } = this.#unverified;
    // What was left without a row had proven nothing.
    const counted = addTotals(addTotals(NO_TOTALS, { [rejectionClassOf(rejection.statusCode)]: 1 }), {
      verification: omitted,
    });
    this.#store.append([rejectedEntry(config, this.#store.nextRow(), rejection, omitted)], now, counted);
    this.#unverified.omitted = 0;
    this.#flushSoon(now);
    return { kind: "recorded" };
  }

  /** Moves alerts to another status; answers once Postgres has it, or fails to take it. */
  async change(change: StatusChange): Promise<StatusChangeReply> {
    if (!this.#isRebalanced()) await this.settle();
    if (!this.#store.config) return { kind: "unknown" };
    if (this.#isOverloaded()) return { kind: "overloaded", retryAfterSeconds: RETRY_AFTER_SECONDS };
    return this.#changes.make(change, () => this.#flushSoon(Date.now()));
  }

  /** Takes over what the objects remember that decided before, if it has not. */
  settle(): Promise<void> {
    if (this.#isRebalanced()) return Promise.resolve();
    this.#settling ??= this.#takeOver().finally(() => {
      this.#settling = null;
    });
    return this.#settling;
  }

  #isRebalanced(): boolean {
    const { sharding } = this.#store.config ?? {};
    return sharding === undefined || this.#store.rebalancedSince >= sharding.since;
  }

  async #takeOver(): Promise<void> {
    const { config } = this.#store;
    if (!config?.sharding) return;
    const { sharding, shard = 0 } = config;
    const { shards, previousShards, since } = sharding;
    const own = partitionsOf(shard, shards);
    // What it was to give away before, and did not hear that it was taken.
    const before = shard < previousShards ? partitionsOf(shard, previousShards) : [];
    forgetPartitions(
      this.#store,
      ALL_PARTITIONS.filter((partition) => !before.includes(partition)),
    );
    const sources = Array.from({ length: previousShards }, (_, source) => ({
      name: objectName(config.id, source),
      config: { ...config, shard: source },
      partitions: own.filter((partition) => shardOf(partition, previousShards) === source),
    })).filter((source, index) => index !== shard && source.partitions.length > 0);
    for (const source of sources) {
      for (let after: string | null | undefined; after !== null;) {
        const page: StatePage = await callObject(this.env, source.name, (object) =>
          object.exportState(source.config, source.partitions, after ?? null),
        );
        importState(this.#store, page);
        after = page.next;
      }
    }
    this.#store.settle(since);
    // The alarm that this sets watches over what was taken over.
    this.#flushSoon(Date.now());
    // Not to be waited for: what stays there is forgotten with the next change.
    for (const { name, partitions } of sources) {
      const released = callObject(this.env, name, (object) => object.releasePartitions(since, partitions));
      this.ctx.waitUntil(released.catch(() => undefined));
    }
  }

  /** Gives what it remembers of partitions, page by page; from now on it goes by this config, and decides for them no more. */
  exportState(config: IntegrationConfig, partitions: readonly number[], after: string | null): StatePage {
    this.configure(config);
    return exportState(this.#store, partitions, after, Date.now());
  }

  /** Forgets partitions that another one has taken over since this version of the config. */
  releasePartitions(since: number, partitions: readonly number[]): void {
    if (this.#store.config?.sharding?.since === since) forgetPartitions(this.#store, partitions);
  }

  /** Hears that a delivery came to another one of the integration's objects. */
  hear(): void {
    const { config } = this.#store;
    if (!config || config.heartbeatMinutes === null) return;
    const now = Date.now();
    this.#resolveMissedHeartbeat(config, null, now);
    this.#flushSoon(now);
  }

  /** What the integration watches for. */
  getHeartbeat(): HeartbeatState {
    return { waitingSince: this.#store.waitingSince, missedHeartbeatAlertId: this.#openMissedHeartbeat()?.id ?? null };
  }

  /** How the outbox stands. */
  getOutboxStatus(): OutboxStatus {
    return {
      ...this.#store.depth,
      oldestAt: this.#store.oldestAcceptedAt(),
      quarantined: this.#store.quarantineCount(),
      flushedLastMinute: this.#flusher.rate.lastMinute(Date.now()),
      lastError: this.#flusher.lastError,
    };
  }

  /** What is measured of it. */
  getStats(): ObjectStats {
    return {
      ...this.getOutboxStatus(),
      flushFailures: this.#flusher.failures,
      isHeartbeatMissed: this.#store.config !== null && this.#openMissedHeartbeat() !== null,
      totals: this.#store.totals,
    };
  }

  /** Rows that Postgres refused for their data, from behind this one on, the oldest first. */
  listQuarantine(after: number, limit: number): QuarantinedRow[] {
    return this.#store.config ? this.#quarantined.list(after, limit) : [];
  }

  /** All that such a row holds; null: there is no such row. */
  getQuarantinedRow(row: number): QuarantinedRowDetail | null {
    return this.#store.config ? this.#quarantined.get(row) : null;
  }

  /** Puts such rows, or this one alone (else null), back into the outbox. Returns how many. */
  retryQuarantine(row: number | null): number {
    if (!this.#store.config) return 0;
    const now = Date.now();
    const count = this.#store.takeBack(row, now);
    if (count > 0) this.#flushSoon(now);
    return count;
  }

  /** Gives such a row up. Returns what it was; null: there is no such row. */
  discardQuarantinedRow(row: number): QuarantinedRow | null {
    return this.#store.config ? this.#quarantined.discard(row) : null;
  }

  /** The backstop: flushes what was left behind, and watches over quiet alerts and sources. It must never throw. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    try {
      await this.settle();
      const config = this.#store.config;
      if (config?.isEnabled && !config.isDeleted) this.#watch(config, Date.now());
      await this.#flusher.run();
      const times = [this.#flusher.nextAttemptAt, this.#nextWatchAt(), this.#purgeAndSayWhenNext(Date.now())];
      for (const time of times) if (time !== null) await this.#wakeAt(time);
    } catch (error) {
      log.error("alarm failed", { integrationId: this.#store.config?.id, error: describeError(error) });
      await this.#wakeAt(Date.now() + BACKSTOP_MS);
    }
  }

  /** Notes what an integration's watches must know of a delivery; most have none, and then it costs nothing. */
  #keepAlive(config: IntegrationConfig, { repeated, deliveryId }: Sighting, now: number): void {
    // A duplicate changes no alert, but its source still sees the trouble.
    if (config.autoResolveMinutes !== null && repeated)
      this.#store.hear(
        repeated.outcomes.map(({ ref }) => ref),
        now,
      );
    if (config.heartbeatMinutes === null) return;
    if ((config.shard ?? 0) === 0) this.#resolveMissedHeartbeat(config, deliveryId, now);
    else this.#tellFirst(config, now);
  }

  #resolveMissedHeartbeat(config: IntegrationConfig, deliveryId: string | null, now: number): void {
    this.#store.wait(now);
    const missedHeartbeat = this.#openMissedHeartbeat();
    if (missedHeartbeat) this.#apply(config, resolveMissedHeartbeat(missedHeartbeat, now, newId), deliveryId, now);
  }

  /** The first of the integration's objects watches for missedHeartbeat. */
  #tellFirst({ id }: IntegrationConfig, now: number): void {
    if (Math.abs(now - this.#toldAt) < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.ctx.waitUntil(callObject(this.env, id, (object) => object.hear()).catch(() => undefined));
  }

  #watch(config: IntegrationConfig, now: number): void {
    if (config.autoResolveMinutes !== null) {
      const quiet = this.#ownOf(this.#store.quietSince(now - config.autoResolveMinutes * MINUTE));
      if (quiet.size > 0) this.#apply(config, autoResolve(quiet, now, newId), null, now);
    }
    const { waitingSince } = this.#store;
    if (
      (config.shard ?? 0) === 0 &&
      config.heartbeatMinutes !== null &&
      now >= waitingSince + config.heartbeatMinutes * MINUTE &&
      !this.#openMissedHeartbeat()
    ) {
      this.#apply(config, openMissedHeartbeat(config, waitingSince, now, newId), null, now);
    }
  }

  /** Of alerts those that it decides for. */
  #ownOf(alerts: ReadonlyMap<string, AlertState>): ReadonlyMap<string, AlertState> {
    return new Map([...alerts].filter(([, alert]) => this.#isOwn(alert)));
  }

  #isOwn(alert: Pick<AlertState, "id" | "alertKey">): boolean {
    const { sharding, shard = 0 } = this.#store.config ?? {};
    return sharding === undefined || shardOf(partitionOfAlert(alert), sharding.shards) === shard;
  }

  /** When the watches have something to do next, if nothing is heard until then. */
  #nextWatchAt(): number | null {
    const config = this.#store.config;
    if (!config?.isEnabled || config.isDeleted) return null;
    const heardAt = config.autoResolveMinutes === null ? null : this.#store.quietestHeardAt();
    const times = [
      heardAt === null ? null : heardAt + (config.autoResolveMinutes ?? 0) * MINUTE,
      config.heartbeatMinutes === null || (config.shard ?? 0) > 0 || this.#openMissedHeartbeat()
        ? null
        : this.#store.waitingSince + config.heartbeatMinutes * MINUTE,
    ].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  #openMissedHeartbeat(): AlertState | null {
    const alert = this.#store.alertIn(HEARTBEAT_KEY);
    return alert && isUnresolved(alert.status) ? alert : null;
  }

  /** Makes a change that is Tocsin's own; it still has to be flushed. */
  #apply(config: IntegrationConfig, change: AlertChanges, deliveryId: string | null, now: number): void {
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
  #takes({ rateLimitPerMinute, sharding }: IntegrationConfig, now: number): boolean {
    if (rateLimitPerMinute === null || rateLimitPerMinute === undefined) return true;
    const minute = Math.floor(now / MINUTE);
    if (this.#taken.minute !== minute) this.#taken = { minute, count: 0 };
    return ++this.#taken.count <= Math.ceil(rateLimitPerMinute / (sharding?.shards ?? 1));
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

const ALL_PARTITIONS = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/** A sign of life from a source: a delivery, and what it repeated, if it did. */
interface Sighting {
  deliveryId: string;
  repeated: RememberedDelivery | null;
}

const secondsToNextMinute = (now: number): number => Math.ceil((MINUTE - (now % MINUTE)) / SECOND);
