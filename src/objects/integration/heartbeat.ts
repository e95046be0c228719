/**
 * The heartbeat of an integration: opens an alert on a source without deliveries for `heartbeatMinutes`, and resolves it at
 * the next delivery. Only the first shard watches; the others ping it. Sets no alarm: it returns when it must run next.
 */
import type { AlertChanges, AlertState } from "../../alerts/alert.ts";
import type { AlertContent } from "../../alerts/event.ts";
import { isUnresolved } from "../../alerts/status.ts";
import { newId } from "../../lib/ids.ts";
import { MINUTE, SECOND, toIso } from "../../lib/time.ts";
import { changeEntry } from "./records.ts";
import type { HeartbeatState, IntegrationConfig } from "./rpc.ts";
import type { Store } from "./store/index.ts";
import { HEARTBEAT_KEY, openedBySystem, resolvedBySystem } from "./system-changes.ts";

/** Minimum interval between heartbeat pings from another shard to the first one. */
const PING_INTERVAL_MS = 15 * SECOND;

type HeartbeatSettings = Pick<IntegrationConfig, "heartbeatMinutes" | "shard">;

/**
 * When the heartbeat is missed, in Unix ms, if no delivery comes. Pure.
 * @param waitingSince when the wait for a delivery began, in Unix ms
 * @returns null if this shard does not watch for it
 */
export const missedAt = ({ heartbeatMinutes, shard = 0 }: HeartbeatSettings, waitingSince: number): number | null =>
  heartbeatMinutes === null || shard > 0 ? null : waitingSince + heartbeatMinutes * MINUTE;

/** Opens the missed-heartbeat alert. Pure. Instants are Unix ms. */
export function openMissedHeartbeat(
  { name, heartbeatMinutes }: Pick<IntegrationConfig, "name" | "heartbeatMinutes">,
  waitingSince: number,
  now: number,
  createId: () => string,
): AlertChanges {
  const content: AlertContent = {
    externalId: null,
    title: `${name}: no delivery for ${heartbeatMinutes} minutes`,
    description: `The last verified delivery, or change of the settings, was at ${toIso(waitingSince)}.`,
    source: name,
    url: null,
    metadata: { heartbeatMinutes, waitingSince: toIso(waitingSince) },
  };
  const alert: AlertState = {
    id: createId(),
    alertKey: HEARTBEAT_KEY,
    version: 1,
    status: "OPEN",
    severity: "HIGH",
    occurrences: 1,
    eventCount: 0,
    lastEventAt: null,
    latestArrivalAt: now,
    changedAt: now,
    triggeredAt: now,
    lastSeenAt: now,
    expiresAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    acknowledgedByName: null,
    resolvedAt: null,
    closedAt: null,
    snoozedUntil: null,
    content: JSON.stringify(content),
  };
  return openedBySystem(HEARTBEAT_KEY, alert, now, createId);
}

export class Heartbeat {
  readonly #store: Store;
  readonly #pingFirstShard: (integrationId: string) => void;
  #pingedAt = 0;

  constructor(store: Store, pingFirstShard: (integrationId: string) => void) {
    this.#store = store;
    this.#pingFirstShard = pingFirstShard;
  }

  get state(): HeartbeatState {
    return {
      waitingSince: this.#waitingSince(),
      missedHeartbeatAlertId: this.#unresolvedAlert()?.id ?? null,
    };
  }

  get isMissed(): boolean {
    return this.#store.config !== null && this.#unresolvedAlert() !== null;
  }

  /** Restarts the wait with a new config, and resolves the alert if the config expects no heartbeat. */
  onConfigured(config: IntegrationConfig, now: number): void {
    this.#store.meta.waitingSince = now;
    if (config.heartbeatMinutes === null) this.#resolve(config, null, now);
  }

  /** Notes deliveries of the source to this shard, whose totals have been saved. @param deliveryId the first of them */
  onDelivery(config: IntegrationConfig, deliveryId: string, now: number): void {
    if (config.heartbeatMinutes === null) return;
    if ((config.shard ?? 0) === 0) this.#resolve(config, deliveryId, now);
    else if (Math.abs(now - this.#pingedAt) >= PING_INTERVAL_MS) {
      this.#pingedAt = now;
      this.#pingFirstShard(config.id);
    }
  }

  /** Notes a delivery of the source to another shard. @returns whether this shard watches the heartbeat */
  onPing(now: number): boolean {
    const { config } = this.#store;
    if (!config || config.heartbeatMinutes === null) return false;
    this.#store.meta.waitingSince = now;
    this.#resolve(config, null, now);
    return true;
  }

  /** Opens the alert if the heartbeat is missed. */
  run(now: number): void {
    const dueAt = this.nextRunAt();
    const config = this.#store.activeConfig;
    if (!config || dueAt === null || now < dueAt) return;
    const changes = openMissedHeartbeat(config, this.#waitingSince(), now, newId);
    this.#store.saveChanges(changes, changeEntry(config, changes, null), now);
  }

  /** When the heartbeat is missed, in Unix ms, if no delivery comes; null: nothing to watch for now. */
  nextRunAt(): number | null {
    const config = this.#store.activeConfig;
    return config && !this.#unresolvedAlert() ? missedAt(config, this.#waitingSince()) : null;
  }

  /** The totals hold the time of the last delivery to this shard anyway, so a delivery writes no row for its heartbeat. */
  #waitingSince(): number {
    return Math.max(this.#store.meta.waitingSince, this.#store.outbox.totals.lastDeliveryAt);
  }

  #resolve(config: IntegrationConfig, deliveryId: string | null, now: number): void {
    const alert = this.#unresolvedAlert();
    if (!alert) return;
    const changes = resolvedBySystem(HEARTBEAT_KEY, alert, null, now, newId);
    this.#store.saveChanges(changes, changeEntry(config, changes, deliveryId), now);
  }

  #unresolvedAlert(): AlertState | null {
    const alert = this.#store.alerts.get(HEARTBEAT_KEY);
    return alert && isUnresolved(alert.status) ? alert : null;
  }
}
