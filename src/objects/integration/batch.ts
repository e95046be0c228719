/**
 * The look-ups and writes of one batch of deliveries. Reads the state for all of them at once, and writes all changes at
 * once; each decision sees the changes of those before it. Decides nothing.
 */
import { type AlertRef, type AlertState, refOfKey } from "../../alerts/alert.ts";
import type { EarlyResolve, Refresh } from "../../alerts/apply-event.ts";
import type { Decision, Known, RememberedDelivery } from "../../alerts/decision.ts";
import type { DedupKey } from "../../alerts/dedup-key.ts";
import type { BatchRow } from "../../db/write-batch.ts";
import type { Delivery } from "./rpc.ts";
import { partOfRemembered, storedKey } from "./shards/index.ts";
import type { Store } from "./store/index.ts";
import { addTotals, NO_TOTALS, type Totals } from "./totals.ts";

type Keyed = Pick<Delivery, "dedupKey" | "eventsFingerprint" | "events" | "partition">;

export class Batch {
  readonly #store: Store;
  readonly #firstRow: number;
  readonly #remembered: Map<string, RememberedDelivery>;
  readonly #alerts: Map<AlertRef, AlertState>;
  /** Refs that were looked up, with or without an alert. */
  readonly #lookedUp: Set<AlertRef>;
  readonly #earlyResolves: Map<string, EarlyResolve>;
  readonly #newlyRemembered = new Map<string, RememberedDelivery>();
  readonly #newEarlyResolves = new Map<string, EarlyResolve>();
  readonly #refreshes = new Map<AlertRef, Refresh>();
  readonly #changedAlerts = new Map<AlertRef, AlertState>();
  readonly #entries: BatchRow[] = [];
  #counted = NO_TOTALS;

  /** Looks up the dedup keys and alerts of these deliveries. */
  constructor(store: Store, deliveries: readonly Keyed[]) {
    this.#store = store;
    this.#firstRow = store.outbox.lastRow + 1;
    this.#remembered = store.dedupKeys.get(deliveries.flatMap(keysOf));
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
      alertAt: (ref) => this.#alertAt(ref),
      earlyResolveOf: (alertKey) => this.#earlyResolves.get(alertKey) ?? null,
    };
  }

  /** The row that the next entry gets. */
  get nextRow(): number {
    return this.#firstRow + this.#entries.length;
  }

  /** Adds the changes of a decision, its rows for Postgres, and its counts for the totals. */
  add(
    { partition }: Pick<Keyed, "partition">,
    { remember, alerts, earlyResolves, refreshes }: Decision,
    entries: readonly BatchRow[],
    counted: Partial<Totals>,
  ): void {
    this.#counted = addTotals(this.#counted, counted);
    for (const { dedupKey, delivery } of remember) {
      const key = storedKey(dedupKey, partition);
      this.#remembered.set(key, delivery);
      this.#newlyRemembered.set(key, delivery);
    }
    for (const [alertKey, resolve] of earlyResolves) {
      this.#earlyResolves.set(alertKey, resolve);
      this.#newEarlyResolves.set(alertKey, resolve);
    }
    for (const [ref, refresh] of refreshes) this.#refresh(ref, refresh);
    for (const [ref, alert] of alerts) {
      this.#lookedUp.add(ref);
      this.#alerts.set(ref, alert);
      this.#changedAlerts.set(ref, alert);
    }
    this.#entries.push(...entries);
  }

  /** Writes everything that was added. Call it within `Store.atomically`. */
  write(now: number): void {
    this.#store.dedupKeys.save(this.#newlyRemembered);
    this.#store.earlyResolves.save(this.#newEarlyResolves);
    this.#store.alerts.save(this.#changedAlerts);
    this.#store.alerts.refresh(this.#refreshes);
    this.#store.outbox.append(this.#entries, now, this.#counted);
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
