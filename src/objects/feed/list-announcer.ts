/**
 * Announces to the Feeds that a list has changed, so that open pages of the console refresh. An announcement may be lost: a page also
 * refreshes when it connects. Asks Postgres nothing.
 */

export class ListAnnouncer {
  readonly #call: (teamIds: readonly (string | null)[]) => Promise<void>;
  readonly #intervalMs: number;
  /** The teams of changes that were not announced. */
  #teamIds = new Set<string | null>();
  #nextAt = 0;
  #isTimerSet = false;

  /** @param call never rejects @param intervalMs minimum interval between two calls */
  constructor(call: (teamIds: readonly (string | null)[]) => Promise<void>, intervalMs: number) {
    this.#call = call;
    this.#intervalMs = intervalMs;
  }

  /** Announces a change, at once or after the interval. @param teamId owner of the row; null: the platform */
  announce(teamId: string | null): void {
    this.#teamIds.add(teamId);
    if (this.#isTimerSet) return;
    const waitMs = Math.min(this.#intervalMs, this.#nextAt - Date.now());
    if (waitMs <= 0) return this.#send();
    this.#isTimerSet = true;
    setTimeout(() => {
      this.#isTimerSet = false;
      this.#send();
    }, waitMs);
  }

  #send(): void {
    this.#nextAt = Date.now() + this.#intervalMs;
    const teamIds = [...this.#teamIds];
    this.#teamIds = new Set();
    void this.#call(teamIds);
  }
}
