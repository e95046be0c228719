import { MINUTE, SECOND } from "../../lib/time.ts";

/** Counts what happened in the last minute, second by second. */
export class Rate {
  readonly #seconds = new Map<number, number>();

  /** Notes that so much happened at this instant (Unix ms). */
  count(amount: number, now: number): void {
    const second = Math.floor(now / SECOND);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + amount);
    this.#forget(now);
  }

  /** How much happened in the minute before this instant. */
  lastMinute(now: number): number {
    this.#forget(now);
    return [...this.#seconds.values()].reduce((sum, amount) => sum + amount, 0);
  }

  #forget(now: number): void {
    for (const second of this.#seconds.keys()) {
      // A clock that was set back must not keep what it left behind.
      if (Math.abs(now - second * SECOND) > MINUTE) this.#seconds.delete(second);
    }
  }
}
