/** Deletes expired state of the object. Sets no alarm: it returns when it must run next. */
import { HOUR, MINUTE } from "../../lib/time.ts";
import type { Store } from "./store/index.ts";

/** A purge reads the whole state, and under load the alarm fires twice a minute. */
const MIN_INTERVAL_MS = 10 * MINUTE;

/** The pause while some state will expire later. */
const INTERVAL_MS = HOUR;

export class Purge {
  readonly #store: Store;
  #ranAt = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Purges, unless the last purge was just before. @param now Unix ms @returns when to run next; null: nothing is left */
  run(now: number): number | null {
    const { calls, dedupKeys, earlyResolves, alerts } = this.#store;
    if (now - this.#ranAt < MIN_INTERVAL_MS && now >= this.#ranAt) return this.#ranAt + MIN_INTERVAL_MS;
    this.#ranAt = now;
    calls.purge(now);
    const isLeft = [dedupKeys.purge(now), earlyResolves.purge(now), alerts.purge(now)].includes(true);
    return isLeft ? now + INTERVAL_MS : null;
  }
}
