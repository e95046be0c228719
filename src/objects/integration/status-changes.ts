/** Status changes that somebody asked for, in one order with the events of the integration. */
import { type AlertState, refOf } from "../../alerts/alert.ts";
import type { AlertRow } from "../../db/alerts.ts";
import { isUnresolved } from "../../alerts/status.ts";
import { newId } from "../../lib/ids.ts";
import { SECOND } from "../../lib/time.ts";
import { changeStatus } from "../../alerts/change-status.ts";
import type { Flusher } from "./flush.ts";
import type { StatusChange, StatusChangeReply, StatusChangeResult } from "./rpc.ts";
import { changeEntries, toLiveAlert } from "./records.ts";
import type { Store } from "./store.ts";
import { HEARTBEAT_KEY } from "./shards/partitions.ts";

type Wish = StatusChange["alerts"][number];

/** Who changes a status waits so long for Postgres; then it hears that the change is durable, and will get there. */
const PATIENCE_MS = 10 * SECOND;

const RETRY_AFTER_SECONDS = 5;

/** So many answers are remembered for callers that lost them on their way and ask again at once. */
const REMEMBERED = 100;

/** What of its object status changes need beside its store. */
interface Dependencies {
  /** Gives alerts as Postgres has them. */
  load(ids: readonly string[]): Promise<AlertRow[]>;
  /** Whether this object decides on an alert, where several share the work. */
  isOwn(alert: Pick<Wish, "id" | "alertKey">): boolean;
}

/** Makes status changes on an object's store. */
export class StatusChanges {
  readonly #store: Store;
  readonly #flusher: Flusher;
  readonly #dependencies: Dependencies;
  readonly #answers = new Map<string, Promise<StatusChangeReply>>();

  constructor(store: Store, flusher: Flusher, dependencies: Dependencies) {
    this.#store = store;
    this.#flusher = flusher;
    this.#dependencies = dependencies;
  }

  /**
   * Makes a change, once for its id; `onChanged` is called in the turn that wrote it. Answers once Postgres has it, or
   * does not take it for now.
   */
  make(change: StatusChange, onChanged: () => void): Promise<StatusChangeReply> {
    const known = this.#answers.get(change.id);
    if (known) return known;
    const answer = this.#make(change, onChanged);
    this.#answers.set(change.id, answer);
    // A Map keeps the order of insertion: the first is the oldest.
    for (const id of this.#answers.keys()) if (this.#answers.size > REMEMBERED) this.#answers.delete(id);
    return answer;
  }

  async #make(change: StatusChange, onChanged: () => void): Promise<StatusChangeReply> {
    const own = change.alerts.filter((wish) => this.#dependencies.isOwn(wish));
    if (!(await this.#recall(own))) return { kind: "overloaded", retryAfterSeconds: RETRY_AFTER_SECONDS };
    const now = Date.now();
    const results = change.alerts.map((wish) => this.#move(wish, change, now));
    onChanged();
    const sharding = this.#store.config?.sharding;
    return { kind: "decided", results, isFlushed: await this.#isFlushed(results), ...(sharding && { sharding }) };
  }

  /**
   * Remembers alerts that were forgotten, resolved long ago, as Postgres has them. Nothing but a wish changes such an
   * alert, so once the outbox is empty Postgres has its last state. False: Postgres does not answer.
   */
  async #recall(wishes: readonly Wish[]): Promise<boolean> {
    const forgotten = wishes.filter((wish) => this.#store.find(wish) === null);
    if (forgotten.length === 0) return true;
    if (this.#store.depth.rows > 0 && !(await this.#flusher.flushed(this.#store.nextRow() - 1))) return false;
    const rows = await this.#dependencies.load(forgotten.map(({ id }) => id)).catch(() => null);
    for (const row of rows ?? []) {
      // Meanwhile another wish may have recalled it, and moved it on.
      if (row.integrationId !== this.#store.config?.id || !this.#dependencies.isOwn(row) || this.#store.find(row))
        continue;
      const home = refOf(row.alertKey, row.id);
      const ref = this.#store.alertIn(home) ? refOf(null, row.id) : home;
      this.#store.saveAlerts(new Map([[ref, toLiveAlert(row, Date.now())]]));
    }
    return rows !== null;
  }

  #move(wish: Wish, change: StatusChange, now: number): StatusChangeResult {
    const { config } = this.#store;
    // Asked for again: while alerts were recalled, another object may have taken over.
    if (!this.#dependencies.isOwn(wish)) return { id: wish.id, kind: "elsewhere" };
    const found = this.#store.find(wish);
    if (!config || !found) return { id: wish.id, kind: "unknown" };
    const home = found.ref === HEARTBEAT_KEY ? HEARTBEAT_KEY : refOf(wish.alertKey, wish.id);
    const rival = home === found.ref ? null : this.#store.alertIn(home);
    const moved = changeStatus(found.alert, rival, wish.expectedVersion, change, now, newId);
    if ("conflict" in moved) {
      const { status, version } = found.alert;
      return { id: wish.id, kind: moved.conflict, status, version, detail: moved.detail };
    }
    // Opened again it has its key again.
    const ref = moved.entry.type === "REOPENED" ? home : found.ref;
    const next = { alerts: new Map([[ref, moved.alert]]), timeline: [moved.entry] };
    this.#store.atomically(() => {
      if (ref !== found.ref) this.#store.vacate(found.ref);
      // Who settles the alert on a missedHeartbeat has seen it: the waiting begins anew.
      if (ref === HEARTBEAT_KEY && !isUnresolved(moved.alert.status)) this.#store.wait(now);
      this.#store.apply(next, changeEntries(config, next, null), now);
    });
    return { id: wish.id, kind: "changed", ...stateOf(moved.alert) };
  }

  /** Waits for Postgres to have what was changed, but not for ever. */
  async #isFlushed(results: readonly StatusChangeResult[]): Promise<boolean> {
    if (!results.some(({ kind }) => kind === "changed")) return true;
    const { promise: tooLong, resolve } = Promise.withResolvers<false>();
    const timer = setTimeout(() => resolve(false), PATIENCE_MS);
    try {
      return await Promise.race([this.#flusher.flushed(this.#store.nextRow() - 1), tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The part of an alert's state that a reply to a status change contains. */
const stateOf = ({ status, version, acknowledgedAt, resolvedAt, closedAt }: AlertState) => ({
  status,
  version,
  acknowledgedAt,
  resolvedAt,
  closedAt,
});
