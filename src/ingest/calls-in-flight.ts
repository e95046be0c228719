/** Counts the calls of this isolate to one object that have no reply yet. */
import { CALL_LIMITS } from "../objects/shared/call.ts";

export class CallsInFlight {
  readonly #calls = new Set<{ startedAt: number }>();

  /** Counts the calls. An older one belongs to a request that the platform cut off. */
  count(): number {
    const oldest = Date.now() - CALL_LIMITS.budgetMs;
    for (const call of this.#calls) if (call.startedAt <= oldest) this.#calls.delete(call);
    return this.#calls.size;
  }

  /** Starts a call. @returns a function that ends it */
  start(): () => void {
    const call = { startedAt: Date.now() };
    this.#calls.add(call);
    return () => void this.#calls.delete(call);
  }
}
