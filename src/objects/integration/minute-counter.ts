/** Counts within the current minute of the clock. In memory: an object that is loaded again counts from zero. */
import { MINUTE, SECOND } from "../../lib/time.ts";

export class MinuteCounter {
  #minute = 0;
  #count = 0;

  /** Counts one more. @param now Unix ms @returns how many this minute, this one included */
  count(now: number): number {
    const minute = Math.floor(now / MINUTE);
    if (this.#minute !== minute) [this.#minute, this.#count] = [minute, 0];
    return ++this.#count;
  }
}

/** Seconds until the next minute begins, rounded up. @param now Unix ms */
export const secondsToNextMinute = (now: number): number => Math.ceil((MINUTE - (now % MINUTE)) / SECOND);
