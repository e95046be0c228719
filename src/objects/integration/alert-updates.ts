/**
 * Updates alerts on request (status, note, snooze), in one order with the events of their source. Does not check who may do so:
 * the API did.
 */
import { type AlertChanges, type AlertRef, type AlertState, refOf } from "../../alerts/alert.ts";
import type { AlertStatus } from "../../alerts/model.ts";
import { isUnresolved } from "../../alerts/status.ts";
import { updateAlert } from "../../alerts/update-alert.ts";
import type { AlertRow } from "../../db/alerts.ts";
import { newId } from "../../lib/ids.ts";
import { SECOND } from "../../lib/time.ts";
import { within } from "../shared/call.ts";
import { ChunkBuilder } from "./chunk-builder.ts";
import type { Flusher } from "./flush.ts";
import { changeEntry, toLiveAlert } from "./records.ts";
import type { IntegrationConfig, AlertUpdateReply, AlertUpdateRequest, AlertUpdateResult } from "./rpc.ts";
import { ownsAlert } from "./shards/index.ts";
import type { Store } from "./store/index.ts";
import { FULL_RETRY_AFTER_SECONDS } from "./store/outbox.ts";
import { isHeartbeatAlertKey } from "./system-changes.ts";

/** How long a reply waits for Postgres. After that the changes are durable, but not yet in Postgres. */
const MAX_FLUSH_WAIT_MS = 10 * SECOND;

/** The retry delay in the reply "overloaded" when Postgres does not answer. */
const RETRY_AFTER_SECONDS = 5;

type RequestedAlert = AlertUpdateRequest["alerts"][number];

/** The dependencies of updates, besides the store of their object. */
export interface AlertUpdateDependencies {
  flusher: Pick<Flusher, "flushed">;
  /** Loads alerts from Postgres. */
  loadAlerts(ids: readonly string[]): Promise<AlertRow[]>;
  /** Called within the transaction when a person has ended a missed-heartbeat alert. */
  onMissEnded(ref: AlertRef, status: AlertStatus, now: number): void;
  /** Called synchronously after the changes. */
  flushSoon(): void;
}

/** The update of one alert. `changes` null: nothing is written. */
interface Updated {
  result: AlertUpdateResult;
  changes: AlertChanges | null;
}

export class AlertUpdates {
  readonly #store: Store;
  readonly #dependencies: AlertUpdateDependencies;

  constructor(store: Store, dependencies: AlertUpdateDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
  }

  /**
   * Updates alerts. A repeated request changes nothing and gets the same results. Replies once Postgres has the
   * changes, or after ten seconds.
   */
  async update(request: AlertUpdateRequest): Promise<AlertUpdateReply> {
    const { config, outbox } = this.#store;
    if (!config) return { kind: "unknown" };
    if (outbox.isFull) return { kind: "overloaded", retryAfterSeconds: FULL_RETRY_AFTER_SECONDS };
    const own = request.alerts.filter((alert) => this.#isOwn(alert));
    if (!(await this.#reloadMissing(own))) return { kind: "overloaded", retryAfterSeconds: RETRY_AFTER_SECONDS };
    const results = this.#updateAll(this.#store.config ?? config, request, Date.now());
    this.#dependencies.flushSoon();
    const sharding = this.#store.config?.sharding;
    return { kind: "decided", results, isFlushed: await this.#isFlushed(results), ...(sharding && { sharding }) };
  }

  /** Updates alerts in one transaction. Stays synchronous: between look-up and write no other call may run. */
  #updateAll(config: IntegrationConfig, request: AlertUpdateRequest, now: number): AlertUpdateResult[] {
    const { alerts, dedupKeys, outbox } = this.#store;
    const earlier = dedupKeys.changes(request.alerts.map(({ entryId }) => entryId));
    const chunks = new ChunkBuilder();
    const made = new Map<string, AlertUpdateResult>();
    return this.#store.atomically(() => {
      const results = request.alerts.map((requested) => {
        const known = earlier.get(requested.entryId);
        if (known) return known;
        const { result, changes } = this.#updateOne(requested, request, now);
        if (!changes) return result;
        alerts.save(changes.alerts);
        chunks.add(changeEntry(config, changes, null));
        made.set(requested.entryId, result);
        return result;
      });
      dedupKeys.saveChanges(made, now);
      outbox.append(chunks.finish(), now);
      return results;
    });
  }

  /**
   * Loads alerts that the object has deleted because they ended long ago. Only updates can change such an alert, so
   * once the outbox is empty Postgres has its last state.
   * @returns false if Postgres does not answer
   */
  async #reloadMissing(alerts: readonly RequestedAlert[]): Promise<boolean> {
    const missing = alerts.filter((alert) => this.#store.alerts.find(alert) === null);
    if (missing.length === 0) return true;
    const { outbox } = this.#store;
    if (outbox.rows > 0 && !(await this.#dependencies.flusher.flushed(outbox.lastSequence))) return false;
    const rows = await this.#dependencies.loadAlerts(missing.map(({ id }) => id)).catch(() => null);
    for (const row of rows ?? []) if (this.#isStillMissing(row)) this.#reload(row);
    return rows !== null;
  }

  /** While Postgres answered, another request may have loaded the alert, or another shard may have taken it over. */
  #isStillMissing(row: AlertRow): boolean {
    const isOurs = row.integrationId === this.#store.config?.id && this.#isOwn(row);
    return isOurs && this.#store.alerts.find(row) === null;
  }

  #reload(row: AlertRow): void {
    const home = refOf(row.alertKey, row.id);
    const ref = this.#store.alerts.get(home) ? refOf(null, row.id) : home;
    this.#store.alerts.save(new Map([[ref, toLiveAlert(row, Date.now())]]));
  }

  #updateOne(requested: RequestedAlert, request: AlertUpdateRequest, now: number): Updated {
    const { id, alertKey, expectedVersion, entryId } = requested;
    // Checked again: while alerts were loaded, another shard may have taken over.
    if (!this.#isOwn(requested)) return { result: { id, kind: "elsewhere" }, changes: null };
    const found = this.#store.alerts.find(requested);
    if (!found) return { result: { id, kind: "unknown" }, changes: null };
    const isMissedHeartbeat = isHeartbeatAlertKey(found.ref);
    const home = isMissedHeartbeat ? found.ref : refOf(alertKey, id);
    const successor = home === found.ref ? null : this.#store.alerts.get(home);
    const ids = [entryId];
    const updated = updateAlert(found.alert, successor, expectedVersion, request, now, () => ids.pop() ?? newId());
    if ("conflict" in updated) {
      const { status, version } = found.alert;
      return { result: { id, kind: updated.conflict, status, version, detail: updated.detail }, changes: null };
    }
    const { alert: after, entries } = updated;
    const { status, snoozedUntil } = found.alert;
    const state = { previous: { status, snoozedUntil }, ...publicState(after) };
    if (entries.length === 0) return { result: { id, kind: "unchanged", ...state }, changes: null };
    // A reopened alert gets its key back.
    const ref = entries.some(({ type }) => type === "REOPENED") ? home : found.ref;
    if (ref !== found.ref) this.#store.alerts.delete(found.ref);
    if (isMissedHeartbeat && !isUnresolved(after.status)) this.#dependencies.onMissEnded(ref, after.status, now);
    const isChanged = after.version > found.alert.version;
    return {
      result: { id, kind: isChanged ? "changed" : "noted", ...state },
      changes: { alerts: new Map(isChanged ? [[ref, after]] : []), timeline: entries },
    };
  }

  #isOwn(alert: Pick<RequestedAlert, "id" | "alertKey">): boolean {
    return this.#store.config !== null && ownsAlert(this.#store.config, alert);
  }

  /** Waits a limited time until Postgres has the changes. */
  async #isFlushed(results: readonly AlertUpdateResult[]): Promise<boolean> {
    if (!results.some(({ kind }) => kind === "changed" || kind === "unchanged" || kind === "noted")) return true;
    const flushed = this.#dependencies.flusher.flushed(this.#store.outbox.lastSequence);
    return within(MAX_FLUSH_WAIT_MS, flushed).catch(() => false);
  }
}

/** The part of an alert that a result contains. */
const publicState = (alert: AlertState) => ({
  status: alert.status,
  version: alert.version,
  acknowledgedAt: alert.acknowledgedAt,
  acknowledgedBy: alert.acknowledgedBy,
  acknowledgedByName: alert.acknowledgedByName,
  resolvedAt: alert.resolvedAt,
  closedAt: alert.closedAt,
  snoozedUntil: alert.snoozedUntil,
});
