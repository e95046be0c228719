import { refOfKey, type AlertState } from "../../alerts/alert.ts";
import type { BatchRow } from "../../db/write-batch.ts";
import { type Known, type RememberedDelivery, type Decision } from "../../alerts/decide.ts";
import { partOfSeen } from "./shards/transfer.ts";
import type { Delivery } from "./rpc.ts";
import { dedupKeyText } from "./shards/partitions.ts";
import type { Store } from "./store.ts";
import { addTotals, NO_TOTALS, type Totals } from "./totals.ts";

type Identified = Pick<Delivery, "dedupKey" | "partition">;

const keysOf = ({ dedupKey, partition }: Identified): string[] =>
  partition === undefined ? [dedupKeyText(dedupKey)] : [dedupKeyText(dedupKey, partition), dedupKeyText(dedupKey)];

/**
 * The decisions of one turn. What they look up is read at once for all of them, and what they change is written at once:
 * each sees what those before it changed.
 */
export class Batch {
  readonly #store: Store;
  readonly #firstRow: number;
  readonly #seen: Map<string, RememberedDelivery>;
  readonly #alerts: Map<string, AlertState>;
  /** Slots that were looked up, also those that hold nothing. */
  readonly #lookedUp: Set<string>;
  readonly #newlySeen = new Map<string, RememberedDelivery>();
  readonly #changedAlerts = new Map<string, AlertState>();
  readonly #entries: BatchRow[] = [];
  #counted = NO_TOTALS;

  /** Looks up what is known of these deliveries. */
  constructor(store: Store, deliveries: readonly Pick<Delivery, "dedupKey" | "events" | "partition">[]) {
    this.#store = store;
    this.#firstRow = store.nextRow();
    this.#seen = store.seen(deliveries.flatMap(keysOf));
    const refs = deliveries.flatMap(({ events }) =>
      events.flatMap((event) => ("unreadable" in event || event.alertKey === null ? [] : [refOfKey(event.alertKey)])),
    );
    this.#lookedUp = new Set(refs);
    this.#alerts = store.alertsIn([...this.#lookedUp]);
  }

  /** What is known of a delivery's dedupKey and of the alerts that it may concern. */
  known(delivery: Identified): Known {
    return { remembered: this.#seenOf(delivery), alertAt: (ref) => this.#alertIn(ref) };
  }

  /** Before the work was shared, a delivery was remembered as a whole. */
  #seenOf({ dedupKey, partition }: Identified): RememberedDelivery | null {
    const seen = this.#seen.get(dedupKeyText(dedupKey, partition));
    if (seen || partition === undefined) return seen ?? null;
    const whole = this.#seen.get(dedupKeyText(dedupKey));
    return whole ? partOfSeen(whole, dedupKey, partition) : null;
  }

  #alertIn(ref: string): AlertState | null {
    if (!this.#lookedUp.has(ref)) {
      this.#lookedUp.add(ref);
      const alert = this.#store.alertIn(ref);
      if (alert) this.#alerts.set(ref, alert);
    }
    return this.#alerts.get(ref) ?? null;
  }

  /** The number that the next entry gets. */
  get nextRow(): number {
    return this.#firstRow + this.#entries.length;
  }

  /** Adds what a decision changes, what Postgres must have of it, and what it adds to the totals. */
  add(
    { dedupKey, partition }: Identified,
    { remember, alerts }: Decision,
    entries: readonly BatchRow[],
    counted: Partial<Totals>,
  ): void {
    this.#counted = addTotals(this.#counted, counted);
    if (remember) {
      this.#seen.set(dedupKeyText(dedupKey, partition), remember);
      this.#newlySeen.set(dedupKeyText(dedupKey, partition), remember);
    }
    for (const [ref, alert] of alerts) {
      this.#lookedUp.add(ref);
      this.#alerts.set(ref, alert);
      this.#changedAlerts.set(ref, alert);
    }
    this.#entries.push(...entries);
  }

  /** Writes all that was added; to be called within `Store.atomically`. */
  write(now: number): void {
    this.#store.remember(this.#newlySeen);
    this.#store.saveAlerts(this.#changedAlerts);
    this.#store.append(this.#entries, now, this.#counted);
  }
}
