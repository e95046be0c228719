/**
 * Sends the outbox to a Writer: batches, backoff, and the callers that wait for an entry. Sets no alarm: call it again at
 * `nextAttemptAt`. writer-calls.ts chooses the Writer; isolate.ts finds the entries that Postgres rejects.
 */
import type { Chunk } from "../../db/chunk.ts";
import { describeError } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import { Pause } from "../../lib/pause.ts";
import { MINUTE, SECOND } from "../../lib/time.ts";
import { fullJitterMs } from "../shared/backoff.ts";
import type { WriteReply } from "../writer/rpc.ts";
import { FlushRate } from "./flush-rate.ts";
import { type InvalidReply, writeAndIsolate, type WrittenReply } from "./isolate.ts";
import type { RejectedEntry } from "./quarantine.ts";
import type { OutboxChunk } from "./store/index.ts";

const BACKOFF = { baseMs: SECOND, maxMs: 2 * MINUTE };

/** The size of a batch. A Writer merges the batches of several objects. */
const MAX_BATCH_BYTES = 1_500_000;

/** The first batch after a failure. Each further one is twice as large, because many outboxes are full after an outage. */
const FIRST_BATCH_BYTES = 100_000;

/** Under load, a batch waits this long for more chunks. */
const LINGER_MS = 30;

/** The outbox is under load within this time after a flush. */
const LOAD_MS = SECOND / 2;

/** The flush has fallen behind with `bytes` in the outbox, or with `slowBytes` while a batch takes `slowMs`. */
const BEHIND = { bytes: 2 * MAX_BATCH_BYTES, slowBytes: 100_000, slowMs: SECOND };

/** The longest time that calls wait for one batch, all together. Bounds their delay while Postgres is slow or hangs. */
const MAX_CALL_WAIT_MS = SECOND / 2;

/** The functions of its object that the flusher needs. */
export interface FlushDependencies {
  /** The oldest chunks of the outbox, together of at most this size. The first one may be larger. */
  nextChunks(maxBytes: number): OutboxChunk[];
  /** The bytes in the outbox. */
  bytes(): number;
  /** Calls a Writer. Without chunks, it only reports and asks whether the Writer has room. Never rejects. */
  write(chunks: readonly Chunk[], isUrgent: boolean): Promise<WriteReply>;
  /** Removes chunks that Postgres has, from the oldest on, and keeps the debts of their notifications. */
  remove(batch: readonly OutboxChunk[], written: WrittenReply): void;
  /** Removes a chunk, and keeps the entries of it that Postgres rejects. @param written the replies for its other entries */
  quarantine(
    chunk: OutboxChunk,
    rejected: readonly RejectedEntry[],
    written: readonly WrittenReply[],
    now: number,
  ): void;
  /** For the log. */
  integrationId(): string | undefined;
}

interface Waiting {
  sequence: number;
  resolve(isFlushed: boolean): void;
}

/** A Writer wrote nothing, for a temporary reason. */
class NotWritten extends Error {
  readonly reply: Exclude<WriteReply, WrittenReply | InvalidReply>;

  constructor(reply: NotWritten["reply"]) {
    super(reasonOf(reply));
    this.reply = reply;
  }
}

/** Empties an outbox. One batch is in flight at a time; rows that arrive in that time go into the next. */
export class Flusher {
  readonly rate = new FlushRate();
  readonly #dependencies: FlushDependencies;
  #lastError: string | null = null;
  #nextAttemptAt: number | null = null;
  #failures = 0;
  #batchBytes = MAX_BATCH_BYTES;
  #flushedAt = 0;
  #running: Promise<void> | null = null;
  #waiting: Waiting[] = [];
  #lingering: Pause | null = null;
  /** The batch in flight. Calls wait for it with `pause`, until `waitEndsAt`; null: no call has waited yet. Instants are Unix ms. */
  #batch = newBatch();

  constructor(dependencies: FlushDependencies) {
    this.#dependencies = dependencies;
  }

  /** When the next attempt after a failure is due, in Unix ms; null: the last batch succeeded, or an attempt is under way. */
  get nextAttemptAt(): number | null {
    return this.#running === null ? this.#nextAttemptAt : null;
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
    this.#running ??= this.#drainAll();
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
    this.#lingering?.end();
    // A run in progress may have read the outbox before the entry was there. The next run reads the entry.
    void this.run().then(() => this.run());
    return promise;
  }

  /**
   * Runs work; after the batch in flight, if the flush has fallen behind. Otherwise a constant stream of calls would starve the
   * flush. Waits at most MAX_CALL_WAIT_MS, and not at all after a failure.
   */
  afterBatch<T>(work: () => T | Promise<T>): T | Promise<T> {
    const waitMs = this.#callWaitMs(Date.now());
    return waitMs > 0 ? this.#batch.pause.wait(waitMs).then(work) : work();
  }

  #callWaitMs(now: number): number {
    if (this.#running === null || this.#nextAttemptAt !== null) return 0;
    const bytes = this.#dependencies.bytes();
    const isSlow = bytes >= BEHIND.slowBytes && now - this.#batch.startedAt >= BEHIND.slowMs;
    if (bytes < BEHIND.bytes && !isSlow) return 0;
    this.#batch.waitEndsAt ??= now + MAX_CALL_WAIT_MS;
    return Math.min(MAX_CALL_WAIT_MS, this.#batch.waitEndsAt - now);
  }

  async #drainAll(): Promise<void> {
    try {
      // Calls that waited for the last batch append their chunks after its run has looked for more.
      do await this.#drain();
      while (this.#nextAttemptAt === null && this.#dependencies.bytes() > 0);
    } finally {
      this.#running = null;
    }
  }

  async #drain(): Promise<void> {
    this.#endBatch();
    try {
      if (this.#nextAttemptAt !== null && this.#dependencies.bytes() > 0) await this.#write([]);
      for (let batch = await this.#nextBatch(); batch.length > 0; batch = await this.#nextBatch()) {
        await writeAndIsolate(batch, {
          write: (chunks) => this.#write(chunks),
          remove: (chunks, written) => this.#dependencies.remove(chunks, written),
          quarantine: (chunk, rejected, written) => this.#quarantine(chunk, rejected, written),
        });
        this.#onFlushed(batch);
      }
      this.#resolveUpTo(Number.POSITIVE_INFINITY, true);
    } catch (error) {
      const failed = { kind: "failed" as const, error: describeError(error) };
      this.#onNotWritten(error instanceof NotWritten ? error : new NotWritten(failed));
    }
  }

  /** The next batch. Under load, more chunks gather first, unless a person waits or the batch is full. */
  async #nextBatch(): Promise<OutboxChunk[]> {
    const { bytes, nextChunks } = this.#dependencies;
    const isUnderLoad = Math.abs(Date.now() - this.#flushedAt) < LOAD_MS;
    if (isUnderLoad && bytes() > 0 && bytes() < this.#batchBytes && this.#waiting.length === 0) await this.#linger();
    return nextChunks(this.#batchBytes);
  }

  async #linger(): Promise<void> {
    this.#lingering = new Pause();
    await this.#lingering.wait(LINGER_MS);
    this.#lingering = null;
  }

  /** @throws NotWritten */
  async #write(chunks: readonly Chunk[]): Promise<WrittenReply | InvalidReply> {
    const reply = await this.#dependencies.write(chunks, this.#waiting.length > 0);
    if (reply.kind === "written" || reply.kind === "invalid-data") return reply;
    throw new NotWritten(reply);
  }

  #endBatch(): void {
    this.#batch.pause.end();
    this.#batch = newBatch();
  }

  #onFlushed(batch: readonly OutboxChunk[]): void {
    this.#endBatch();
    this.rate.count(rowsOf(batch), Date.now());
    this.#failures = 0;
    this.#nextAttemptAt = null;
    this.#lastError = null;
    this.#flushedAt = Date.now();
    this.#batchBytes = Math.min(MAX_BATCH_BYTES, this.#batchBytes * 2);
    this.#resolveUpTo(batch.at(-1)?.lastSequence ?? 0, true);
  }

  #onNotWritten({ reply, message }: NotWritten): void {
    this.#endBatch();
    const isBusy = reply.kind === "busy";
    if (!isBusy) this.#failures++;
    this.#batchBytes = FIRST_BATCH_BYTES;
    this.#lastError = message;
    const pauseMs = isBusy
      ? reply.retryAfterMs * (0.5 + Math.random())
      : fullJitterMs(this.#failures, BACKOFF, Math.random());
    this.#nextAttemptAt = Date.now() + pauseMs;
    this.#resolveUpTo(Number.POSITIVE_INFINITY, false);
    log.warn("flush failed", {
      integrationId: this.#dependencies.integrationId(),
      failures: this.#failures,
      error: message,
    });
  }

  #quarantine(chunk: OutboxChunk, rejected: readonly RejectedEntry[], written: readonly WrittenReply[]): void {
    for (const { index, error } of rejected) {
      log.error("row quarantined", {
        integrationId: this.#dependencies.integrationId(),
        row: chunk.lastSequence - chunk.rows + 1 + index,
        error: error.slice(0, 5),
      });
    }
    this.#dependencies.quarantine(chunk, rejected, written, Date.now());
  }

  #resolveUpTo(lastSequence: number, isFlushed: boolean): void {
    const done = this.#waiting.filter(({ sequence }) => sequence <= lastSequence);
    this.#waiting = this.#waiting.filter(({ sequence }) => sequence > lastSequence);
    for (const { resolve } of done) resolve(isFlushed);
  }
}

const newBatch = () => ({
  startedAt: Date.now(),
  waitEndsAt: null as number | null,
  pause: new Pause(),
});

const rowsOf = (chunks: readonly Chunk[]): number => chunks.reduce((sum, { rows }) => sum + rows, 0);

function reasonOf(reply: NotWritten["reply"]): string {
  switch (reply.kind) {
    case "busy":
      return "The Writer is busy. The rows wait.";
    case "unknown-integration":
      return "Postgres has no such integration. The rows wait until its row is restored.";
    case "failed":
      return reply.error;
  }
}
