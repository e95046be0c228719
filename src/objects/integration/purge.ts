/** Deletes expired state of the object, at most once an hour, within a call that writes anyway. Sets no alarm. */
import { HOUR } from "../../lib/time.ts";
import type { Store } from "./store/index.ts";

/** A purge reads the whole state. */
const INTERVAL_MS = HOUR;

export class Purge {
  readonly #store: Store;
  /** Unix ms; undefined: not read yet. */
  #ranAt: number | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Purges, unless the last purge was within the hour. Call it within `Store.atomically`. @param now Unix ms */
  runIfDue(now: number): void {
    const { meta, dedupKeys, earlyResolves, alerts } = this.#store;
    this.#ranAt ??= meta.purgedAt;
    if (Math.abs(now - this.#ranAt) < INTERVAL_MS) return;
    dedupKeys.purge(now);
    earlyResolves.purge(now);
    alerts.purge(now);
    meta.purgedAt = now;
    this.#ranAt = now;
  }
}
