/**
 * The heartbeats of an integration: opens an alert when a heartbeat is missed, and resolves it at the next one. A delivery is a
 * heartbeat of the integration, or with `heartbeatMatchers` only a heartbeat event. An event with a key is a heartbeat of that key,
 * which is watched from then on, in place of the integration as a whole. Each shard watches its own keys; the first one watches the
 * integration, and the others ping it. Sets no alarm: it returns when it must run next.
 */
import type { AlertChanges, AlertRef } from "../../alerts/alert.ts";
import type { AlertContent, IncomingEvent, UnreadableEvent } from "../../alerts/event.ts";
import { type Expectation, expectationAfter, type Wait } from "../../alerts/heartbeat-schedule.ts";
import type { AlertStatus } from "../../alerts/model.ts";
import { isUnresolved } from "../../alerts/status.ts";
import { newId } from "../../lib/ids.ts";
import { isObject } from "../../lib/json.ts";
import { log } from "../../lib/log.ts";
import { SECOND } from "../../lib/time.ts";
import { type MissedHeartbeat, openMissedHeartbeat } from "./missed-heartbeat.ts";
import { changeEntry } from "./records.ts";
import type { Delivery, HeartbeatState, IntegrationConfig, KeyedHeartbeat } from "./rpc.ts";
import type { Store } from "./store/index.ts";
import { HEARTBEAT_KEY, heartbeatAlertKey, keyOfHeartbeatAlert, resolvedBySystem } from "./system-changes.ts";

/** Minimum interval between heartbeat pings from another shard to the first one. */
const PING_INTERVAL_MS = 15 * SECOND;

/** Keys that an object watches. Matchers that match too much would make endless ones. */
const MAX_KEYS = 1000;

/** What is kept of an event, in characters. */
const MAX_TITLE = 200;
const MAX_LABELS = 4000;

/** A wait for a heartbeat. `heartbeat` null: of the integration as a whole. */
interface Watched {
  heartbeat: KeyedHeartbeat | null;
  wait: Wait;
}

type Arrival = Pick<Delivery, "id" | "events">;

export class Heartbeat {
  readonly #store: Store;
  readonly #pingFirstShard: (integrationId: string) => void;
  #pingedAt = 0;

  constructor(store: Store, pingFirstShard: (integrationId: string) => void) {
    this.#store = store;
    this.#pingFirstShard = pingFirstShard;
  }

  state(): HeartbeatState {
    const { config } = this.#store;
    if (!config) return { waitingSince: 0, missedHeartbeatAlertId: null, heartbeats: [] };
    const watched = this.#watched(config);
    const missed = this.#store.alerts.missedHeartbeats();
    const [alert] = missed.values();
    return {
      waitingSince: watched.length === 0 ? 0 : Math.min(...watched.map(({ wait }) => wait.since)),
      missedHeartbeatAlertId: alert?.id ?? null,
      heartbeats: watched.map(({ heartbeat, wait }) => ({
        key: heartbeat?.key ?? null,
        title: heartbeat?.title ?? null,
        lastReceivedAt: heartbeat?.lastReceivedAt ?? (wait.isAfterHeartbeat ? wait.since : null),
        expectedAt: expectationAfter(config, wait)?.expectedAt ?? null,
        alertId: missed.get(heartbeatAlertKey(heartbeat?.key ?? null))?.id ?? null,
      })),
    };
  }

  get isMissed(): boolean {
    return this.#store.config !== null && this.#store.alerts.missedHeartbeats().size > 0;
  }

  /** Restarts the waits with a new config, and forgets keys that it may not have. @param before null: there was no config */
  onConfigured(config: IntegrationConfig, before: IntegrationConfig | null, now: number): void {
    this.#store.meta.waitingSince = now;
    if (expects(config) && (before === null || sourceOf(before) === sourceOf(config))) {
      this.#store.heartbeats.restart(now);
      return;
    }
    this.#store.heartbeats.deleteAll();
    const missed = [...this.#store.alerts.missedHeartbeats().keys()];
    this.#resolve(config, expects(config) ? missed.filter((ref) => ref !== HEARTBEAT_KEY) : missed, null, now);
  }

  /** Notes deliveries of the source to this shard, whose totals have been saved. */
  onDeliveries(config: IntegrationConfig, deliveries: readonly Arrival[], now: number): void {
    const [first] = deliveries;
    if (!first || !expects(config)) return;
    const seen = this.#noteKeys(config, deliveries, now);
    const isAlive = !isSelective(config) || deliveries.some(({ events }) => events.some(isHeartbeat));
    for (const { id, keys } of seen) this.#resolve(config, keys.map(heartbeatAlertKey), id, now);
    if (!isAlive) return;
    if ((config.shard ?? 0) === 0) {
      if (isSelective(config) && this.#store.heartbeats.count === 0) this.#store.meta.waitingSince = now;
      this.#resolve(config, [HEARTBEAT_KEY], first.id, now);
    } else if (Math.abs(now - this.#pingedAt) >= PING_INTERVAL_MS) {
      this.#pingedAt = now;
      this.#pingFirstShard(config.id);
    }
  }

  /** Notes a heartbeat at another shard. @returns whether this shard watches the heartbeat of the integration */
  onPing(now: number): boolean {
    const { config } = this.#store;
    if (!config || !expects(config)) return false;
    this.#store.meta.waitingSince = now;
    this.#resolve(config, [HEARTBEAT_KEY], null, now);
    return true;
  }

  /** A person who ends a missed-heartbeat alert has seen it, so the wait starts again. Closing it ends the watch of its key. */
  onMissEnded(ref: AlertRef, status: AlertStatus, now: number): void {
    const { heartbeats, meta } = this.#store;
    const key = keyOfHeartbeatAlert(ref);
    const [heartbeat] = key === null ? [] : heartbeats.getMany([key]);
    if (heartbeat && status === "CLOSED") heartbeats.delete(heartbeat.key);
    else if (heartbeat) heartbeats.save([{ ...heartbeat, waitingSince: now }]);
    if (heartbeats.count === 0) meta.waitingSince = now;
  }

  /** Opens the alerts of missed heartbeats. */
  run(now: number): void {
    const config = this.#store.activeConfig;
    if (!config) return;
    const missed = this.#due(config).filter(({ expectation }) => expectation.missedAt <= now);
    if (missed.length === 0) return;
    const changes = merged(missed.map((each) => openMissedHeartbeat(config, each, now, newId)));
    this.#store.saveChanges(changes, changeEntry(config, changes, null), now);
  }

  /** When the next heartbeat is missed, in Unix ms, if none arrives before; null: nothing to watch for now. */
  nextRunAt(): number | null {
    const config = this.#store.activeConfig;
    const times = config ? this.#due(config).map(({ expectation }) => expectation.missedAt) : [];
    return times.length === 0 ? null : times.reduce((first, time) => Math.min(first, time));
  }

  /** The waits whose alert is not open. */
  #due(config: IntegrationConfig): MissedHeartbeat[] {
    if (!expects(config)) return [];
    const missed = this.#store.alerts.missedHeartbeats();
    return this.#watched(config).flatMap(({ heartbeat, wait }): MissedHeartbeat[] => {
      if (missed.has(heartbeatAlertKey(heartbeat?.key ?? null))) return [];
      const expectation: Expectation | null = expectationAfter(config, wait);
      return expectation ? [{ heartbeat, wait, expectation }] : [];
    });
  }

  /** The waits of this shard: of its keys, or of the integration as long as there is none. */
  #watched(config: IntegrationConfig): Watched[] {
    const heartbeats = this.#store.heartbeats.all();
    if (heartbeats.length > 0) {
      return heartbeats.map((heartbeat) => {
        const { waitingSince, lastReceivedAt } = heartbeat;
        return { heartbeat, wait: { since: waitingSince, isAfterHeartbeat: waitingSince === lastReceivedAt } };
      });
    }
    return (config.shard ?? 0) === 0 ? [{ heartbeat: null, wait: this.#ownWait(config) }] : [];
  }

  /** The totals hold the time of the last delivery to this shard anyway, so a delivery writes no row for its heartbeat. */
  #ownWait(config: IntegrationConfig): Wait {
    const { waitingSince } = this.#store.meta;
    const { lastDeliveryAt } = this.#store.outbox.totals;
    const isAfterHeartbeat = !isSelective(config) && lastDeliveryAt >= waitingSince;
    return { since: isAfterHeartbeat ? lastDeliveryAt : waitingSince, isAfterHeartbeat };
  }

  /**
   * Notes the heartbeats of keys: heartbeat events, and triggers of a watched key. A job that reports a failure has run.
   * @returns the keys, by the delivery
   */
  #noteKeys(config: IntegrationConfig, deliveries: readonly Arrival[], now: number): { id: string; keys: string[] }[] {
    const { heartbeats } = this.#store;
    const isAnyKnown = heartbeats.count > 0;
    const given = deliveries.map(({ id, events }) => ({
      id,
      events: events.filter((event) => countsForKey(event, isAnyKnown)),
    }));
    const keys = [...new Set(given.flatMap(({ events }) => events.map(({ alertKey }) => alertKey)))];
    if (keys.length === 0) return [];
    const known = new Map(heartbeats.getMany(keys).map((heartbeat) => [heartbeat.key, heartbeat]));
    let room = MAX_KEYS - heartbeats.count;
    const noted = new Map<string, KeyedHeartbeat>();
    for (const event of given.flatMap(({ events }) => events)) {
      const before = noted.get(event.alertKey) ?? known.get(event.alertKey);
      if (!before && (!isHeartbeat(event) || room-- <= 0)) continue;
      noted.set(event.alertKey, {
        ...(isHeartbeat(event) || !before ? { key: event.alertKey, ...describe(event) } : before),
        lastReceivedAt: now,
        waitingSince: now,
      });
    }
    if (room < 0) log.warn("heartbeats not watched", { integrationId: config.id, count: -room });
    heartbeats.save([...noted.values()]);
    return given.map(({ id, events }) => ({
      id,
      keys: [...new Set(events.map(({ alertKey }) => alertKey))].filter((key) => noted.has(key)),
    }));
  }

  #resolve(config: IntegrationConfig, refs: readonly AlertRef[], deliveryId: string | null, now: number): void {
    const known = [...this.#store.alerts.getMany(refs)];
    // Somebody has ended them before. The heartbeat confirms it.
    const ended = known.filter(([, { status, statusSetBy }]) => !isUnresolved(status) && statusSetBy !== "tocsin");
    const confirmed = ended.map(([ref, alert]) => [ref, { ...alert, statusSetBy: "tocsin" }] as const);
    this.#store.alerts.refresh(new Map(confirmed), now);
    const missed = known.filter(([, { status }]) => isUnresolved(status));
    if (missed.length === 0) return;
    const changes = merged(missed.map(([ref, alert]) => resolvedBySystem(ref, alert, null, now, newId)));
    this.#store.saveChanges(changes, changeEntry(config, changes, deliveryId), now);
  }
}

/** Whether an integration expects heartbeats. */
const expects = ({ heartbeatMinutes, heartbeatSchedule = null }: IntegrationConfig): boolean =>
  heartbeatMinutes !== null || heartbeatSchedule !== null;

/** Whether only heartbeat events count, not every delivery. */
const isSelective = ({ heartbeatMatchers = [] }: IntegrationConfig): boolean => heartbeatMatchers.length > 0;

/** What decides the keys. */
const sourceOf = ({ provider, mapping = null, heartbeatMatchers = [] }: IntegrationConfig): string =>
  JSON.stringify([provider, mapping, heartbeatMatchers]);

const isHeartbeat = (event: IncomingEvent | UnreadableEvent): boolean =>
  !("unreadable" in event) && event.action === "heartbeat";

type KeyedEvent = IncomingEvent & { alertKey: string };

/** Whether an event shows that the source of its key works. */
const countsForKey = (event: IncomingEvent | UnreadableEvent, isAnyKnown: boolean): event is KeyedEvent =>
  !("unreadable" in event) &&
  event.alertKey !== null &&
  (event.action === "heartbeat" || (isAnyKnown && event.action === "trigger"));

/** The title and the labels of a heartbeat, for the alert when the next one is missed. */
function describe({ content }: IncomingEvent): Pick<KeyedHeartbeat, "title" | "labels"> {
  const { title, metadata } = JSON.parse(content) as AlertContent;
  const { labels } = metadata;
  const isKept = isObject(labels) && JSON.stringify(labels).length <= MAX_LABELS;
  return { title: title.slice(0, MAX_TITLE).toWellFormed(), labels: isKept ? labels : null };
}

const merged = (changes: readonly AlertChanges[]): AlertChanges => ({
  alerts: new Map(changes.flatMap(({ alerts }) => [...alerts])),
  timeline: changes.flatMap(({ timeline }) => timeline),
});
