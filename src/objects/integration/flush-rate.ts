/** Sums amounts over the last minute, by seconds. In memory only. */
import { MINUTE, SECOND } from "../../lib/time.ts";

export class FlushRate {
  readonly #seconds = new Map<number, number>();

  /** Adds an amount at an instant (Unix ms). */
  count(amount: number, now: number): void {
    const second = Math.floor(now / SECOND);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + amount);
    this.#forget(now);
  }

  /** The amount within the minute before an instant (Unix ms). */
  lastMinute(now: number): number {
    this.#forget(now);
    return [...this.#seconds.values()].reduce((sum, amount) => sum + amount, 0);
  }

  #forget(now: number): void {
    for (const second of this.#seconds.keys()) {
      // The clock may have been set back: forget entries in its future, too.
      if (Math.abs(now - second * SECOND) > MINUTE) this.#seconds.delete(second);
    }
  }
}
