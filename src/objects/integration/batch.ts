/**
 * The look-ups and writes of one batch of deliveries. Reads the state for all of them at once, and writes all changes at
 * once; each decision sees the changes of those before it. Decides nothing.
 */
import { type AlertRef, type AlertState, refOfKey } from "../../alerts/alert.ts";
import type { Decision, Known, RememberedDelivery } from "../../alerts/decide.ts";
import type { BatchRow } from "../../db/write-batch.ts";
import type { Delivery } from "./rpc.ts";
import { partOfRemembered, storedKey } from "./shards/index.ts";
import type { Store } from "./store/index.ts";
import { addTotals, NO_TOTALS, type Totals } from "./totals.ts";

type Keyed = Pick<Delivery, "dedupKey" | "partition">;

export class Batch {
  readonly #store: Store;
  readonly #firstRow: number;
  readonly #remembered: Map<string, RememberedDelivery>;
  readonly #alerts: Map<AlertRef, AlertState>;
  /** Refs that were looked up, with or without an alert. */
  readonly #lookedUp: Set<AlertRef>;
  readonly #newlyRemembered = new Map<string, RememberedDelivery>();
  readonly #changedAlerts = new Map<AlertRef, AlertState>();
  readonly #entries: BatchRow[] = [];
  #counted = NO_TOTALS;

  /** Looks up the dedup keys and alerts of these deliveries. */
  constructor(store: Store, deliveries: readonly Pick<Delivery, "dedupKey" | "events" | "partition">[]) {
    this.#store = store;
    this.#firstRow = store.outbox.lastRow + 1;
    this.#remembered = store.dedupKeys.get(deliveries.flatMap(keysOf));
    const refs = deliveries.flatMap(({ events }) =>
      events.flatMap((event) => ("unreadable" in event || event.alertKey === null ? [] : [refOfKey(event.alertKey)])),
    );
    this.#lookedUp = new Set(refs);
    this.#alerts = store.alerts.getMany([...this.#lookedUp]);
  }

  /** The remembered state of a delivery's dedup key and of its alerts. */
  known(delivery: Keyed): Known {
    return { remembered: this.#rememberedOf(delivery), alertAt: (ref) => this.#alertAt(ref) };
  }

  /** The row that the next entry gets. */
  get nextRow(): number {
    return this.#firstRow + this.#entries.length;
  }

  /** Adds the changes of a decision, its rows for Postgres, and its counts for the totals. */
  add(
    { dedupKey, partition }: Keyed,
    { remember, alerts }: Decision,
    entries: readonly BatchRow[],
    counted: Partial<Totals>,
  ): void {
    this.#counted = addTotals(this.#counted, counted);
    if (remember) {
      const key = storedKey(dedupKey, partition);
      this.#remembered.set(key, remember);
      this.#newlyRemembered.set(key, remember);
    }
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
    this.#store.alerts.save(this.#changedAlerts);
    this.#store.outbox.append(this.#entries, now, this.#counted);
  }

  /** Before the integration was sharded, its deliveries were remembered whole. */
  #rememberedOf({ dedupKey, partition }: Keyed): RememberedDelivery | null {
    const remembered = this.#remembered.get(storedKey(dedupKey, partition));
    if (remembered || partition === undefined) return remembered ?? null;
    const whole = this.#remembered.get(storedKey(dedupKey));
    return whole ? partOfRemembered(whole, dedupKey, partition) : null;
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

const keysOf = ({ dedupKey, partition }: Keyed): string[] =>
  partition === undefined ? [storedKey(dedupKey)] : [storedKey(dedupKey, partition), storedKey(dedupKey)];
