/** Runs the transactions of a queue: requests gather for the next one while one is in flight. Does not know their content. */
import { startAt } from "./pace.ts";
import { type MAX_TRANSACTION, type Queued, WriteQueue } from "./queue.ts";

interface RunnerOptions {
  /** See `startAt`. */
  intervalMs: number;
  /** Transactions in flight. */
  concurrency?: number;
  limit?: typeof MAX_TRANSACTION;
}

export class TransactionRunner<Item extends Queued> {
  readonly #queue: WriteQueue<Item>;
  readonly #run: (batch: Item[]) => Promise<void>;
  readonly #intervalMs: number;
  readonly #concurrency: number;
  #inFlight = 0;
  #lastStartedAt: number | null = null;
  #isTimerSet = false;

  /** @param run runs a transaction; never rejects */
  constructor(run: (batch: Item[]) => Promise<void>, { intervalMs, concurrency = 1, limit }: RunnerOptions) {
    this.#queue = new WriteQueue(limit);
    this.#run = run;
    this.#intervalMs = intervalMs;
    this.#concurrency = concurrency;
  }

  add(item: Item): void {
    this.#queue.add(item);
    this.#startDue();
  }

  #startDue(): void {
    if (this.#inFlight >= this.#concurrency) return;
    const now = Date.now();
    const at = startAt(this.#queue, this.#lastStartedAt, this.#intervalMs, now);
    if (at === null) return;
    if (at > now) {
      this.#startLater(at - now);
      return;
    }
    this.#lastStartedAt = now;
    this.#inFlight++;
    void this.#run(this.#queue.take()).finally(() => {
      this.#inFlight--;
      this.#startDue();
    });
    this.#startDue();
  }

  #startLater(ms: number): void {
    if (this.#isTimerSet) return;
    this.#isTimerSet = true;
    setTimeout(() => {
      this.#isTimerSet = false;
      this.#startDue();
    }, ms);
  }
}
