/** From the outbox to Postgres: group commit, backoff, and halving around a row that Postgres refuses. */
import { describeError, isDataError, safeMessage } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import { MINUTE, SECOND } from "../../lib/time.ts";
import { Rate } from "./flush-rate.ts";
import type { OutboxRow } from "./store.ts";

/** The part of the store that flushing needs. */
export interface Outbox {
  nextBatch(): OutboxRow[];
  discard(batch: readonly OutboxRow[]): void;
  quarantine(row: OutboxRow, error: string, now: number): void;
}

/** Writes a batch in one transaction; sending the same batch again changes nothing. */
export type WriteBatch = (batch: readonly OutboxRow[]) => Promise<void>;

const FIRST_DELAY = SECOND;
const LONGEST_DELAY = 2 * MINUTE;

/** How long to wait after the nth failure in a row: doubling, with half of it left to chance. `random` in 0 … 1. */
export const backoffMs = (failures: number, random: number): number =>
  Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(failures - 1, 20)) * (0.5 + random / 2);

/** Empties an outbox. One batch is in flight at a time; all that arrives meanwhile goes into the next. */
export class Flusher {
  lastError: string | null = null;
  /** When the next attempt is due after a failure; null: Postgres took the last batch. */
  nextAttemptAt: number | null = null;
  readonly rate = new Rate();

  readonly #outbox: Outbox;
  readonly #write: WriteBatch;
  readonly #integrationId: () => string | undefined;
  #failures = 0;
  #running: Promise<void> | null = null;
  #waiting: { row: number; settle: (isFlushed: boolean) => void }[] = [];

  /** @param integrationId whose outbox it is, for the log; undefined: not known yet */
  constructor(outbox: Outbox, write: WriteBatch, integrationId: () => string | undefined = () => undefined) {
    this.#outbox = outbox;
    this.#write = write;
    this.#integrationId = integrationId;
  }

  /** How often in a row Postgres did not take a batch, since this object was last in memory. */
  get failures(): number {
    return this.#failures;
  }

  /** Flushes until the outbox is empty or Postgres fails. Never rejects: a failure shows in `nextAttemptAt`. */
  run(): Promise<void> {
    this.#running ??= this.#drain().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** As run, unless the pause after a failure still lasts. */
  async runIfDue(now: number): Promise<void> {
    if (this.nextAttemptAt === null || now >= this.nextAttemptAt) await this.run();
  }

  /** Waits until Postgres has a row of the outbox, trying at once. False: it does not take it for now. */
  flushed(row: number): Promise<boolean> {
    const outcome = new Promise<boolean>((settle) => this.#waiting.push({ row, settle }));
    // A run that begins only now sees the row for certain; one at work may have looked before it was there.
    void this.run().then(() => this.run());
    return outcome;
  }

  #settle(upTo: number, isFlushed: boolean): void {
    const settled = this.#waiting.filter(({ row }) => row <= upTo);
    this.#waiting = this.#waiting.filter(({ row }) => row > upTo);
    for (const { settle } of settled) settle(isFlushed);
  }

  async #drain(): Promise<void> {
    try {
      for (let batch = this.#outbox.nextBatch(); batch.length > 0; batch = this.#outbox.nextBatch()) {
        await this.#writeOrHalve(batch);
        this.rate.count(batch.length, Date.now());
        this.#settle(batch.at(-1)?.row ?? 0, true);
        this.#failures = 0;
        this.nextAttemptAt = null;
        this.lastError = null;
      }
      this.#settle(Number.POSITIVE_INFINITY, true);
    } catch (error) {
      this.#failures++;
      this.lastError = safeMessage(error);
      this.nextAttemptAt = Date.now() + backoffMs(this.#failures, Math.random());
      this.#settle(Number.POSITIVE_INFINITY, false);
      log.warn("flush failed", {
        integrationId: this.#integrationId(),
        failures: this.#failures,
        error: describeError(error),
      });
    }
  }

  async #writeOrHalve(batch: readonly OutboxRow[]): Promise<void> {
    try {
      await this.#write(batch);
      this.#outbox.discard(batch);
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [only] = batch;
      if (only && batch.length === 1) {
        log.error("row quarantined", {
          integrationId: this.#integrationId(),
          deliveryId: deliveryIdOf(only),
          row: only.row,
          error: describeError(error),
        });
        this.#outbox.quarantine(only, safeMessage(error), Date.now());
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await this.#writeOrHalve(batch.slice(0, half));
      await this.#writeOrHalve(batch.slice(half));
    }
  }
}

/** The delivery that a row holds; undefined: none, or more of one that another row holds. */
const deliveryIdOf = ({ delivery }: OutboxRow): string | undefined =>
  delivery === null ? undefined : (JSON.parse(delivery) as { id: string }).id;
