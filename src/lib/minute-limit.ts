import { LRUCache } from "lru-cache";
import { MINUTE } from "./time.ts";

const MAX_KEYS = 1000;

interface Counter {
  minute: number;
  passed: number;
  omitted: number;
}

/**
 * Allows a number of actions per minute and key, in this isolate. Counts the omitted actions, so that the next allowed one
 * can report them.
 */
export class MinuteLimit {
  readonly #perMinute: number;
  readonly #counters = new LRUCache<string, Counter>({ max: MAX_KEYS });

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** The number of omitted actions since the last allowed one; null: this one is over the limit, and counts as omitted. */
  pass(key: string): number | null {
    const counter = this.#counterOf(key);
    if (counter.passed >= this.#perMinute) return this.omit(key);
    counter.passed++;
    const { omitted } = counter;
    counter.omitted = 0;
    return omitted;
  }

  /** Counts an action as omitted, even within the limit. */
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
