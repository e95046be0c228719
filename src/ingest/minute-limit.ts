import { LRUCache } from "lru-cache";
import { MINUTE } from "../lib/time.ts";

const MAX_KEYS = 1000;

interface Counter {
  minute: number;
  passed: number;
  omitted: number;
}

/**
 * Lets a number of things pass per minute and key, in this isolate. It counts what it omits, so that the next one that
 * passes can report it.
 */
export class MinuteLimit {
  readonly #perMinute: number;
  readonly #counters = new LRUCache<string, Counter>({ max: MAX_KEYS });

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** How many were omitted since the last one that passed; null: this one is over the limit, and is counted as omitted. */
  pass(key: string): number | null {
    const counter = this.#counterOf(key);
    if (counter.passed >= this.#perMinute) return this.omit(key);
    counter.passed++;
    const { omitted } = counter;
    counter.omitted = 0;
    return omitted;
  }

  /** Counts one as omitted, whether it is over the limit or not. */
  omit(key: string): null {
    this.#counterOf(key).omitted++;
    return null;
  }

  #counterOf(key: string): Counter {
    const minute = Math.floor(Date.now() / MINUTE);
    const known = this.#counters.get(key);
    if (known?.minute === minute) return known;
    const counter = { minute, passed: 0, omitted: known?.omitted ?? 0 };
    this.#counters.set(key, counter);
    return counter;
  }
}
