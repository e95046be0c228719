import type { BatchRow } from "../db/write-batch.ts";
import { keySlot, type Known, type LiveAlert, type SeenDelivery, type Verdict } from "./decide.ts";
import { partOfSeen } from "./memory.ts";
import type { Delivery } from "./messages.ts";
import { identityKey } from "./buckets.ts";
import type { Store } from "./store.ts";
import { addTotals, NO_TOTALS, type Totals } from "./totals.ts";

type Identified = Pick<Delivery, "identity" | "bucket">;

const keysOf = ({ identity, bucket }: Identified): string[] =>
  bucket === undefined ? [identityKey(identity)] : [identityKey(identity, bucket), identityKey(identity)];

/**
 * The decisions of one turn. What they look up is read at once for all of them, and what they change is written at once:
 * each sees what those before it changed.
 */
export class Turn {
  readonly #store: Store;
  readonly #firstRow: number;
  readonly #seen: Map<string, SeenDelivery>;
  readonly #alerts: Map<string, LiveAlert>;
  /** Slots that were looked up, also those that hold nothing. */
  readonly #lookedUp: Set<string>;
  readonly #newlySeen = new Map<string, SeenDelivery>();
  readonly #changedAlerts = new Map<string, LiveAlert>();
  readonly #entries: BatchRow[] = [];
  #counted = NO_TOTALS;

  /** Looks up what is known of these deliveries. */
  constructor(store: Store, deliveries: readonly Pick<Delivery, "identity" | "events" | "bucket">[]) {
    this.#store = store;
    this.#firstRow = store.nextRow();
    this.#seen = store.seen(deliveries.flatMap(keysOf));
    const slots = deliveries.flatMap(({ events }) =>
      events.flatMap((event) => ("unreadable" in event || event.alertKey === null ? [] : [keySlot(event.alertKey)])),
    );
    this.#lookedUp = new Set(slots);
    this.#alerts = store.alertsIn([...this.#lookedUp]);
  }

  /** What is known of a delivery's identity and of the alerts that it may concern. */
  known(delivery: Identified): Known {
    return { seen: this.#seenOf(delivery), alertIn: (slot) => this.#alertIn(slot) };
  }

  /** Before the work was shared, a delivery was remembered as a whole. */
  #seenOf({ identity, bucket }: Identified): SeenDelivery | null {
    const seen = this.#seen.get(identityKey(identity, bucket));
    if (seen || bucket === undefined) return seen ?? null;
    const whole = this.#seen.get(identityKey(identity));
    return whole ? partOfSeen(whole, identity, bucket) : null;
  }

  #alertIn(slot: string): LiveAlert | null {
    if (!this.#lookedUp.has(slot)) {
      this.#lookedUp.add(slot);
      const alert = this.#store.alertIn(slot);
      if (alert) this.#alerts.set(slot, alert);
    }
    return this.#alerts.get(slot) ?? null;
  }

  /** The number that the next entry gets. */
  get nextRow(): number {
    return this.#firstRow + this.#entries.length;
  }

  /** Adds what a verdict changes, what Postgres must have of it, and what it adds to the totals. */
  add(
    { identity, bucket }: Identified,
    { remember, alerts }: Verdict,
    entries: readonly BatchRow[],
    counted: Partial<Totals>,
  ): void {
    this.#counted = addTotals(this.#counted, counted);
    if (remember) {
      this.#seen.set(identityKey(identity, bucket), remember);
      this.#newlySeen.set(identityKey(identity, bucket), remember);
    }
    for (const [slot, alert] of alerts) {
      this.#lookedUp.add(slot);
      this.#alerts.set(slot, alert);
      this.#changedAlerts.set(slot, alert);
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
