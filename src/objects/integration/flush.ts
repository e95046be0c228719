/**
 * Sends the outbox to Postgres: batches, backoff, and halving around an entry that Postgres rejects for its data. Sets no
 * alarm: `nextAttemptAt` is when to call it again.
 */
import type { Chunk } from "../../db/chunk.ts";
import { describeError, isDataError, safeMessage } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import { MINUTE, SECOND } from "../../lib/time.ts";
import { fullJitterMs } from "../shared/backoff.ts";
import { FlushRate } from "./flush-rate.ts";
import { chunkOf, entriesOf } from "./chunk-entries.ts";
import type { RejectedEntry } from "./quarantine.ts";
import type { OutboxChunk } from "./store/index.ts";

const BACKOFF = { baseMs: SECOND, maxMs: 2 * MINUTE };

/** The functions of its object that the flusher needs. */
export interface FlushDependencies {
  /** The oldest chunks of the outbox that fit into a batch. */
  nextBatch(): OutboxChunk[];
  /** Writes a batch to Postgres in one transaction. Writing it again changes nothing. */
  write(batch: readonly Chunk[]): Promise<void>;
  /** Removes chunks that Postgres has, from the oldest on. */
  remove(batch: readonly OutboxChunk[]): void;
  /** Removes a chunk and keeps the entries of it that Postgres rejects. */
  quarantine(chunk: OutboxChunk, rejected: readonly RejectedEntry[], now: number): void;
  /** For the log. */
  integrationId(): string | undefined;
}

interface Waiting {
  sequence: number;
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

  /** Waits until Postgres has an entry, and flushes at once. @returns false if a batch fails before */
  flushed(sequence: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push({ sequence, resolve });
    // A run in progress may have read the outbox before the entry was there; the next run sees it for certain.
    void this.run().then(() => this.run());
    return promise;
  }

  async #drain(): Promise<void> {
    const nextBatch = () => this.#dependencies.nextBatch();
    try {
      for (let batch = nextBatch(); batch.length > 0; batch = nextBatch()) {
        await this.#writeOrHalve(batch);
        this.rate.count(rowsOf(batch), Date.now());
        this.#failures = 0;
        this.#nextAttemptAt = null;
        this.#lastError = null;
        this.#resolveUpTo(batch.at(-1)?.lastSequence ?? 0, true);
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

  async #writeOrHalve(batch: readonly OutboxChunk[]): Promise<void> {
    try {
      await this.#dependencies.write(batch);
      this.#dependencies.remove(batch);
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [first] = batch;
      if (first && batch.length === 1) {
        await this.#isolate(first, error);
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await this.#writeOrHalve(batch.slice(0, half));
      await this.#writeOrHalve(batch.slice(half));
    }
  }

  /** Writes the entries of a chunk that Postgres accepts, and quarantines the others. */
  async #isolate(chunk: OutboxChunk, error: unknown): Promise<void> {
    const entries = entriesOf(chunk);
    const rejected: RejectedEntry[] = [];
    const writeHalves = async (first: number, count: number, reason: unknown): Promise<void> => {
      if (count === 1) {
        rejected.push({ index: first, error: safeMessage(reason) });
        log.error("entry quarantined", {
          integrationId: this.#dependencies.integrationId(),
          deliveryId: entries[first]?.entry.delivery?.id,
          error: describeError(reason),
        });
        return;
      }
      const half = Math.ceil(count / 2);
      await writeOrHalve(first, half);
      await writeOrHalve(first + half, count - half);
    };
    const writeOrHalve = async (first: number, count: number): Promise<void> => {
      try {
        await this.#dependencies.write([chunkOf(entries.slice(first, first + count))]);
      } catch (reason) {
        if (!isDataError(reason)) throw reason;
        await writeHalves(first, count, reason);
      }
    };
    await writeHalves(0, entries.length, error);
    this.#dependencies.quarantine(chunk, rejected, Date.now());
  }

  #resolveUpTo(lastSequence: number, isFlushed: boolean): void {
    const done = this.#waiting.filter(({ sequence }) => sequence <= lastSequence);
    this.#waiting = this.#waiting.filter(({ sequence }) => sequence > lastSequence);
    for (const { resolve } of done) resolve(isFlushed);
  }
}

const rowsOf = (chunks: readonly Chunk[]): number => chunks.reduce((sum, { rows }) => sum + rows, 0);
