/**
 * The look-ups and writes of one batch of deliveries. Reads the state for all of them at once, and writes all changes at
 * once; each decision sees the changes of those before it. Decides nothing.
 */
import { type AlertRef, type AlertState, refOfKey } from "../../alerts/alert.ts";
import type { EarlyResolve, Refresh } from "../../alerts/apply-event.ts";
import type { Decision, Known, RememberedDelivery } from "../../alerts/decision.ts";
import type { DedupKey } from "../../alerts/dedup-key.ts";
import { ChunkBuilder, type EntryRows } from "./chunk-builder.ts";
import type { Call, Delivery } from "./rpc.ts";
import { partOfRemembered, storedKey } from "./shards/index.ts";
import type { Store } from "./store/index.ts";
import { addTotals, NO_TOTALS, type Totals } from "./totals.ts";

type Keyed = Pick<Delivery, "dedupKey" | "eventsFingerprint" | "events" | "partition">;

export class Batch {
  readonly #store: Store;
  readonly #call: Call | null;
  readonly #firstSequence: number;
  readonly #remembered: Map<string, RememberedDelivery>;
  readonly #alerts: Map<AlertRef, AlertState>;
  /** Refs that were looked up, with or without an alert. */
  readonly #lookedUp: Set<AlertRef>;
  readonly #earlyResolves: Map<string, EarlyResolve>;
  /** The duplicates in an earlier try of the same call: the repeated deliveries, by the ids of the duplicates. */
  readonly #duplicates: ReadonlyMap<string, string>;
  readonly #newlyRemembered = new Map<string, RememberedDelivery>();
  readonly #newlyReplaced = new Map<string, RememberedDelivery>();
  readonly #newDuplicates = new Map<string, string>();
  readonly #newEarlyResolves = new Map<string, EarlyResolve>();
  readonly #refreshes = new Map<AlertRef, Refresh>();
  readonly #changedAlerts = new Map<AlertRef, AlertState>();
  readonly #chunks = new ChunkBuilder();
  #counted = NO_TOTALS;

  /** Looks up the dedup keys and alerts of these deliveries. @param call null: the batch is not written */
  constructor(store: Store, call: Call | null, deliveries: readonly Keyed[]) {
    this.#store = store;
    this.#call = call;
    this.#firstSequence = store.outbox.lastSequence + 1;
    const keys = deliveries.flatMap(keysOf);
    const found = call
      ? store.dedupKeys.getFor(call, keys)
      : { deliveries: store.dedupKeys.get(keys), duplicates: new Map<string, string>() };
    this.#remembered = found.deliveries;
    this.#duplicates = found.duplicates;
    const alertKeys = deliveries.flatMap(({ events }) =>
      events.flatMap((event) => ("unreadable" in event || event.alertKey === null ? [] : [event.alertKey])),
    );
    this.#earlyResolves = store.earlyResolves.get([...new Set(alertKeys)]);
    this.#lookedUp = new Set(alertKeys.map(refOfKey));
    this.#alerts = store.alerts.getMany([...this.#lookedUp]);
  }

  /** The remembered state of a delivery's dedup key and of its alerts. */
  known({ partition }: Pick<Keyed, "partition">): Known {
    return {
      rememberedAt: (dedupKey) => this.#rememberedAt(dedupKey, partition),
      replaced: (deliveryId) => this.#newlyReplaced.get(deliveryId) ?? this.#store.dedupKeys.replaced(deliveryId),
      duplicateOf: (deliveryId) => this.#duplicates.get(deliveryId) ?? null,
      alertAt: (ref) => this.#alertAt(ref),
      earlyResolveOf: (alertKey) => this.#earlyResolves.get(alertKey) ?? null,
    };
  }

  /** No delivery was added. */
  get isEmpty(): boolean {
    return this.#chunks.rows === 0;
  }

  /** The sequence that the next entry gets. */
  get nextSequence(): number {
    return this.#firstSequence + this.#chunks.rows;
  }

  /** Adds the changes of a decision, its rows for Postgres, and its counts for the totals. */
  add(
    { id, partition }: Pick<Delivery, "id" | "partition">,
    { remember, replaced, duplicateOf, alerts, earlyResolves, refreshes }: Decision,
    rows: EntryRows,
    counted: Partial<Totals>,
  ): void {
    this.#chunks.add(rows);
    this.#counted = addTotals(this.#counted, counted);
    for (const { dedupKey, delivery } of remember) {
      const key = storedKey(dedupKey, partition);
      this.#remembered.set(key, delivery);
      this.#newlyRemembered.set(key, delivery);
    }
    for (const delivery of replaced) this.#newlyReplaced.set(delivery.deliveryId, delivery);
    if (duplicateOf !== null) this.#newDuplicates.set(id, duplicateOf);
    for (const [alertKey, resolve] of earlyResolves) {
      this.#earlyResolves.set(alertKey, resolve);
      this.#newEarlyResolves.set(alertKey, resolve);
    }
    for (const [ref, alert] of alerts) {
      this.#lookedUp.add(ref);
      this.#alerts.set(ref, alert);
      this.#changedAlerts.set(ref, alert);
      this.#refreshes.delete(ref);
    }
    for (const [ref, refresh] of refreshes) this.#refresh(ref, refresh);
  }

  /** Writes everything that was added. Call it within `Store.atomically`. */
  write(now: number): void {
    if (this.#call) {
      const added = {
        deliveries: this.#newlyRemembered,
        replaced: [...this.#newlyReplaced.values()],
        duplicates: this.#newDuplicates,
      };
      this.#store.dedupKeys.save(this.#call, added, now);
    }
    this.#store.earlyResolves.save(this.#newEarlyResolves);
    this.#store.alerts.save(this.#changedAlerts);
    this.#store.alerts.refresh(this.#refreshes, now);
    this.#store.outbox.append(this.#chunks.finish(), now, this.#counted);
  }

  /** Before the integration was sharded, its deliveries were remembered whole. */
  #rememberedAt(dedupKey: DedupKey, partition: number | undefined): RememberedDelivery | null {
    const remembered = this.#remembered.get(storedKey(dedupKey, partition));
    if (remembered || partition === undefined) return remembered ?? null;
    const whole = this.#remembered.get(storedKey(dedupKey));
    return whole ? partOfRemembered(whole, dedupKey, partition) : null;
  }

  #refresh(ref: AlertRef, refresh: Refresh): void {
    const alert = this.#alertAt(ref);
    if (!alert) return;
    this.#alerts.set(ref, { ...alert, ...refresh });
    // An alert that the batch changes is saved anyway.
    if (this.#changedAlerts.has(ref)) this.#changedAlerts.set(ref, { ...alert, ...refresh });
    else this.#refreshes.set(ref, refresh);
  }

  #alertAt(ref: AlertRef): AlertState | null {
    if (!this.#lookedUp.has(ref)) {
      this.#lookedUp.add(ref);
      const alert = this.#store.alerts.get(ref);
      if (alert) this.#alerts.set(ref, alert);
    }
    return this.#alerts.get(ref) ?? null;
  }
}

/** The stored keys that a decision may look up. */
function keysOf({ dedupKey, eventsFingerprint, events, partition }: Keyed): string[] {
  const ids = events.flatMap((event) => ("unreadable" in event || event.eventId === null ? [] : [event.eventId]));
  const keys: DedupKey[] = [dedupKey, ...ids.map((value) => ({ kind: "key" as const, value }))];
  if (dedupKey.kind === "key") keys.push({ ...dedupKey, variant: eventsFingerprint });
  return keys.flatMap((key) =>
    partition === undefined ? [storedKey(key)] : [storedKey(key, partition), storedKey(key)],
  );
}
