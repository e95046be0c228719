import type { BatchRow } from "../db/write-batch.ts";
import { keySlot, type Known, type LiveAlert, type SeenDelivery, type Verdict } from "./decide.ts";
import type { Delivery, Identity } from "./messages.ts";
import { identityKey, type Store } from "./store.ts";

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

  /** Looks up what is known of these deliveries. */
  constructor(store: Store, deliveries: readonly Pick<Delivery, "identity" | "events">[]) {
    this.#store = store;
    this.#firstRow = store.nextRow();
    this.#seen = store.seen(deliveries.map(({ identity }) => identityKey(identity)));
    const slots = deliveries.flatMap(({ events }) =>
      events.flatMap((event) => ("unreadable" in event || event.alertKey === null ? [] : [keySlot(event.alertKey)])),
    );
    this.#lookedUp = new Set(slots);
    this.#alerts = store.alertsIn([...this.#lookedUp]);
  }

  /** What is known of a delivery's identity and of the alerts that it may concern. */
  known(identity: Identity): Known {
    return { seen: this.#seen.get(identityKey(identity)) ?? null, alertIn: (slot) => this.#alertIn(slot) };
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

  /** Adds what a verdict changes, and what Postgres must have of it. */
  add(identity: Identity, { remember, alerts }: Verdict, entries: readonly BatchRow[]): void {
    if (remember) {
      this.#seen.set(identityKey(identity), remember);
      this.#newlySeen.set(identityKey(identity), remember);
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
    this.#store.append(this.#entries, now);
  }
}
