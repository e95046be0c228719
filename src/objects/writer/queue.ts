/** Requests that wait for a transaction, and which of them the next one merges. Pure: starts nothing. */

/** The size of a transaction. Neon's proxy may refuse requests over 10 MiB, and JSON in JSON at most doubles these bytes. */
export const MAX_TRANSACTION = { bytes: 4_000_000, rows: 4000, requests: 1000 };

/** The part of a request that the queue reads. */
export interface Queued {
  /** Bytes in the request to Postgres, before its JSON is escaped. */
  bytes: number;
  rows: number;
  isUrgent: boolean;
}

export class WriteQueue<Item extends Queued> {
  readonly #limit: typeof MAX_TRANSACTION;
  #waiting: Item[] = [];
  #bytes = 0;

  constructor(limit = MAX_TRANSACTION) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** The bytes of all requests that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  get isUrgent(): boolean {
    return this.#waiting.some(({ isUrgent }) => isUrgent);
  }

  add(item: Item): void {
    this.#waiting.push(item);
    this.#bytes += item.bytes;
  }

  /**
   * Takes the requests that the next transaction merges: urgent ones first, then in the order of their arrival, as many as fit.
   * A request over the limit gets a transaction of its own.
   */
  take(): Item[] {
    const taken: Item[] = [];
    const size = { bytes: 0, rows: 0 };
    const left: Item[] = [];
    const inOrder = [...this.#waiting.filter(isUrgent), ...this.#waiting.filter((item) => !isUrgent(item))];
    for (const item of inOrder) {
      const fits =
        taken.length < this.#limit.requests &&
        size.bytes + item.bytes <= this.#limit.bytes &&
        size.rows + item.rows <= this.#limit.rows;
      if (taken.length > 0 && !fits) {
        left.push(item);
        continue;
      }
      taken.push(item);
      size.bytes += item.bytes;
      size.rows += item.rows;
    }
    this.#waiting = left;
    this.#bytes -= size.bytes;
    return taken;
  }
}

const isUrgent = (item: Queued): boolean => item.isUrgent;
