/** Counts what this isolate has in flight: calls to one object, or deliveries. */
import { CALL_LIMITS } from "../objects/shared/call.ts";

export class InFlight {
  readonly #started = new Set<{ at: number }>();

  /** Counts those without an end. One older than the budget of a call belongs to a request that the platform cut off. After one in the future, the clock was set back. */
  count(): number {
    const now = Date.now();
    for (const one of this.#started) if (Math.abs(now - one.at) >= CALL_LIMITS.budgetMs) this.#started.delete(one);
    return this.#started.size;
  }

  /** Counts one more. @returns a function that ends it */
  start(): () => void {
    const one = { at: Date.now() };
    this.#started.add(one);
    return () => void this.#started.delete(one);
  }
}
