/**
 * Sends the outbox to Postgres: batches, backoff, and halving around a row that Postgres rejects for its data. Sets no
 * alarm: `nextAttemptAt` is when to call it again.
 */
import { describeError, isDataError, safeMessage } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import { MINUTE, SECOND } from "../../lib/time.ts";
import { fullJitterMs } from "../shared/backoff.ts";
import { FlushRate } from "./flush-rate.ts";
import type { OutboxRow } from "./store/index.ts";

const BACKOFF = { baseMs: SECOND, maxMs: 2 * MINUTE };

/** The functions of its object that the flusher needs. */
export interface FlushDependencies {
  /** The oldest rows of the outbox that fit into a batch. */
  nextBatch(): OutboxRow[];
  /** Writes a batch to Postgres in one transaction. Writing it again changes nothing. */
  write(batch: readonly OutboxRow[]): Promise<void>;
  /** Removes a batch that Postgres has. */
  remove(batch: readonly OutboxRow[]): void;
  /** Moves a row out of the outbox that Postgres rejects. @param error SQLSTATE and message */
  quarantine(row: OutboxRow, error: string, now: number): void;
  /** For the log. */
  integrationId(): string | undefined;
}

interface Waiting {
  row: number;
  resolve(isFlushed: boolean): void;
}

/** Empties an outbox. One batch is in flight at a time; rows that arrive in that time go into the next. */
export class Flusher {
  readonly rate = new FlushRate();
  readonly #dependencies: FlushDependencies;
  #lastError: string | null = null;
  #nextAttemptAt: number | null = null;
  #failures = 0;
  #running: Promise<void> | null = null;
  #waiting: Waiting[] = [];

  constructor(dependencies: FlushDependencies) {
    this.#dependencies = dependencies;
  }

  /** When the next attempt after a failure is due, in Unix ms; null: the last batch succeeded. */
  get nextAttemptAt(): number | null {
    return this.#nextAttemptAt;
  }

  /** The error of the last batch; null: it succeeded. */
  get lastError(): string | null {
    return this.#lastError;
  }

  /** Failed batches in a row, since the object was last loaded. */
  get failures(): number {
    return this.#failures;
  }

  /** Flushes until the outbox is empty or a batch fails. Never rejects: a failure shows in `nextAttemptAt`. */
  run(): Promise<void> {
    this.#running ??= this.#drain().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Flushes, unless the pause after a failure still lasts. @param now Unix ms */
  async runIfDue(now: number): Promise<void> {
    if (this.#nextAttemptAt === null || now >= this.#nextAttemptAt) await this.run();
  }

  /** Waits until Postgres has a row, and flushes at once. @returns false if a batch fails before */
  flushed(row: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push({ row, resolve });
    // A run in progress may have read the outbox before the row was there; the next run sees it for certain.
    void this.run().then(() => this.run());
    return promise;
  }

  async #drain(): Promise<void> {
    const nextBatch = () => this.#dependencies.nextBatch();
    try {
      for (let batch = nextBatch(); batch.length > 0; batch = nextBatch()) {
        await this.#writeOrHalve(batch);
        this.rate.count(batch.length, Date.now());
        this.#failures = 0;
        this.#nextAttemptAt = null;
        this.#lastError = null;
        this.#resolveUpTo(batch.at(-1)?.row ?? 0, true);
      }
      this.#resolveUpTo(Number.POSITIVE_INFINITY, true);
    } catch (error) {
      this.#failures++;
      this.#lastError = safeMessage(error);
      this.#nextAttemptAt = Date.now() + fullJitterMs(this.#failures, BACKOFF, Math.random());
      this.#resolveUpTo(Number.POSITIVE_INFINITY, false);
      log.warn("flush failed", {
        integrationId: this.#dependencies.integrationId(),
        failures: this.#failures,
        error: describeError(error),
      });
    }
  }

  async #writeOrHalve(batch: readonly OutboxRow[]): Promise<void> {
    try {
      await this.#dependencies.write(batch);
      this.#dependencies.remove(batch);
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [first] = batch;
      if (first && batch.length === 1) {
        this.#quarantine(first, error);
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await this.#writeOrHalve(batch.slice(0, half));
      await this.#writeOrHalve(batch.slice(half));
    }
  }

  #quarantine(row: OutboxRow, error: unknown): void {
    log.error("row quarantined", {
      integrationId: this.#dependencies.integrationId(),
      deliveryId: deliveryIdOf(row),
      row: row.row,
      error: describeError(error),
    });
    this.#dependencies.quarantine(row, safeMessage(error), Date.now());
  }

  #resolveUpTo(lastRow: number, isFlushed: boolean): void {
    const done = this.#waiting.filter(({ row }) => row <= lastRow);
    this.#waiting = this.#waiting.filter(({ row }) => row > lastRow);
    for (const { resolve } of done) resolve(isFlushed);
  }
}

/** The delivery in a row; undefined: the row has none, only changes of alerts. */
const deliveryIdOf = ({ delivery }: OutboxRow): string | undefined =>
  delivery === null ? undefined : (JSON.parse(delivery) as { id: string }).id;
