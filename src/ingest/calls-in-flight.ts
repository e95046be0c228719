/** Counts the calls of this isolate to one object that have no reply yet. */
import { CALL_LIMITS } from "../objects/shared/call.ts";

export class CallsInFlight {
  readonly #calls = new Set<{ startedAt: number }>();

  /** Counts the calls. An older one belongs to a request that the platform cut off. After one in the future, the clock was set back. */
  count(): number {
    const now = Date.now();
    for (const call of this.#calls)
      if (Math.abs(now - call.startedAt) >= CALL_LIMITS.budgetMs) this.#calls.delete(call);
    return this.#calls.size;
  }

  /** Starts a call. @returns a function that ends it */
  start(): () => void {
    const call = { startedAt: Date.now() };
    this.#calls.add(call);
    return () => void this.#calls.delete(call);
  }
}
