/**
 * Changes the status of alerts on request, in one order with the events of their source. Does not check who may do so: the
 * API did.
 */
import { LRUCache } from "lru-cache";
import { type AlertState, refOf } from "../../alerts/alert.ts";
import { changeStatus } from "../../alerts/change-status.ts";
import { isUnresolved } from "../../alerts/status.ts";
import type { AlertRow } from "../../db/alerts.ts";
import { newId } from "../../lib/ids.ts";
import { SECOND } from "../../lib/time.ts";
import type { Flusher } from "./flush.ts";
import { changeEntries, toLiveAlert } from "./records.ts";
import type { StatusChangeReply, StatusChangeRequest, StatusChangeResult } from "./rpc.ts";
import { ownsAlert } from "./shards/index.ts";
import type { Store } from "./store/index.ts";
import { FULL_RETRY_AFTER_SECONDS } from "./store/outbox.ts";
import { HEARTBEAT_KEY } from "./system-changes.ts";

/** How long a reply waits for Postgres. After that the changes are durable, but not yet in Postgres. */
const MAX_FLUSH_WAIT_MS = 10 * SECOND;

/** The retry delay in the reply "overloaded" when Postgres does not answer. */
const RETRY_AFTER_SECONDS = 5;

/** A caller that lost a reply repeats its request at once. */
const MAX_REMEMBERED_REPLIES = 100;

type RequestedAlert = StatusChangeRequest["alerts"][number];

/** The dependencies of status changes, besides the store of their object. */
export interface StatusChangeDependencies {
  flusher: Pick<Flusher, "flushed">;
  /** Loads alerts from Postgres. */
  loadAlerts(ids: readonly string[]): Promise<AlertRow[]>;
  /** Called synchronously after the changes. */
  flushSoon(): void;
}

export class StatusChanges {
  readonly #store: Store;
  readonly #dependencies: StatusChangeDependencies;
  readonly #replies = new LRUCache<string, Promise<StatusChangeReply>>({ max: MAX_REMEMBERED_REPLIES });

  constructor(store: Store, dependencies: StatusChangeDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
  }

  /** Changes the status of alerts, once for each request id. Replies once Postgres has the changes, or after ten seconds. */
  change(request: StatusChangeRequest): StatusChangeReply | Promise<StatusChangeReply> {
    if (!this.#store.config) return { kind: "unknown" };
    if (this.#store.outbox.isFull) {
      return { kind: "overloaded", retryAfterSeconds: FULL_RETRY_AFTER_SECONDS };
    }
    const known = this.#replies.get(request.id);
    if (known) return known;
    const reply = this.#change(request);
    this.#replies.set(request.id, reply);
    return reply;
  }

  async #change(request: StatusChangeRequest): Promise<StatusChangeReply> {
    const own = request.alerts.filter((alert) => this.#isOwn(alert));
    if (!(await this.#reloadMissing(own))) return { kind: "overloaded", retryAfterSeconds: RETRY_AFTER_SECONDS };
    const now = Date.now();
    const results = request.alerts.map((alert) => this.#changeOne(alert, request, now));
    this.#dependencies.flushSoon();
    const sharding = this.#store.config?.sharding;
    return { kind: "decided", results, isFlushed: await this.#isFlushed(results), ...(sharding && { sharding }) };
  }

  /**
   * Loads alerts that the object has deleted because they ended long ago. Only status changes can change such an alert, so
   * once the outbox is empty Postgres has its last state.
   * @returns false if Postgres does not answer
   */
  async #reloadMissing(alerts: readonly RequestedAlert[]): Promise<boolean> {
    const missing = alerts.filter((alert) => this.#store.alerts.find(alert) === null);
    if (missing.length === 0) return true;
    const { outbox } = this.#store;
    if (outbox.rows > 0 && !(await this.#dependencies.flusher.flushed(outbox.lastRow))) return false;
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

  #changeOne(requested: RequestedAlert, request: StatusChangeRequest, now: number): StatusChangeResult {
    const { id, alertKey, expectedVersion } = requested;
    const { config } = this.#store;
    // Checked again: while alerts were loaded, another shard may have taken over.
    if (!this.#isOwn(requested)) return { id, kind: "elsewhere" };
    const found = this.#store.alerts.find(requested);
    if (!config || !found) return { id, kind: "unknown" };
    const home = found.ref === HEARTBEAT_KEY ? HEARTBEAT_KEY : refOf(alertKey, id);
    const successor = home === found.ref ? null : this.#store.alerts.get(home);
    const changed = changeStatus(found.alert, successor, expectedVersion, request, now, newId);
    if ("conflict" in changed) {
      const { status, version } = found.alert;
      return { id, kind: changed.conflict, status, version, detail: changed.detail };
    }
    const { alert: after, entry } = changed;
    if (!entry) return { id, kind: "unchanged", ...publicState(after) };
    // A reopened alert gets its key back.
    const ref = entry.type === "REOPENED" ? home : found.ref;
    const isMoved = entry.type !== "NOTED";
    const changes = { alerts: new Map(isMoved ? [[ref, after]] : []), timeline: [entry] };
    this.#store.atomically(() => {
      if (ref !== found.ref) this.#store.alerts.delete(found.ref);
      // A person who ends the missed-heartbeat alert has seen it, so the wait starts again.
      if (ref === HEARTBEAT_KEY && !isUnresolved(after.status)) this.#store.meta.waitingSince = now;
      this.#store.saveChanges(changes, changeEntries(config, changes, null), now);
    });
    return { id, kind: isMoved ? "changed" : "unchanged", ...publicState(after) };
  }

  #isOwn(alert: Pick<RequestedAlert, "id" | "alertKey">): boolean {
    return this.#store.config !== null && ownsAlert(this.#store.config, alert);
  }

  /** Waits a limited time until Postgres has the changes. */
  async #isFlushed(results: readonly StatusChangeResult[]): Promise<boolean> {
    if (!results.some(({ kind }) => kind === "changed" || kind === "unchanged")) return true;
    const { promise: timeout, resolve } = Promise.withResolvers<false>();
    const timer = setTimeout(() => resolve(false), MAX_FLUSH_WAIT_MS);
    try {
      return await Promise.race([this.#dependencies.flusher.flushed(this.#store.outbox.lastRow), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The part of an alert that a result contains. */
const publicState = ({ status, version, acknowledgedAt, resolvedAt, closedAt }: AlertState) => ({
  status,
  version,
  acknowledgedAt,
  resolvedAt,
  closedAt,
});
