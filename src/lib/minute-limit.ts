import { MINUTE } from "./time.ts";

const MAX_KEYS = 1000;

interface Counter {
  minute: number;
  taken: number;
  leftOut: number;
}

/** Lets so much through in a minute for each key, in this isolate. What is left out is counted, and told with the next one. */
export class Bound {
  readonly #perMinute: number;
  readonly #counters = new Map<string, Counter>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** How many were left out since the last one that was let through; null: this one is left out, too. */
  take(key: string): number | null {
    const counter = this.#counterOf(key);
    if (counter.taken >= this.#perMinute) return this.leaveOut(key);
    counter.taken++;
    const { leftOut } = counter;
    counter.leftOut = 0;
    return leftOut;
  }

  /** Leaves one out, whether there is room or not. */
  leaveOut(key: string): null {
    this.#counterOf(key).leftOut++;
    return null;
  }

  #counterOf(key: string): Counter {
    const minute = Math.floor(Date.now() / MINUTE);
    const known = this.#counters.get(key);
    if (known?.minute === minute) return known;
    const counter = { minute, taken: 0, leftOut: known?.leftOut ?? 0 };
    this.#counters.delete(key);
    // A Map keeps the order of insertion: the first is the one used longest ago.
    if (this.#counters.size >= MAX_KEYS) {
      for (const oldest of this.#counters.keys()) if (this.#counters.delete(oldest)) break;
    }
    this.#counters.set(key, counter);
    return counter;
  }
}
