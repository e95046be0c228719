/** Pauses in the work of an isolate or an object. */

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** A pause that others can end early. */
export class Pause {
  readonly #end = Promise.withResolvers<void>();

  /** Ends the pause, also one that has not begun. */
  end(): void {
    this.#end.resolve();
  }

  /** Waits until the pause ends, at most this time. The request that waits owns the timer. */
  async wait(ms: number): Promise<void> {
    const timer = setTimeout(() => this.end(), ms);
    await this.#end.promise;
    clearTimeout(timer);
  }
}
