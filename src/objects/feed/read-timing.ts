/** When a Feed reads next. Reads nothing itself; instants are Unix ms. */
import { SECOND } from "../../lib/time.ts";
import { fullJitterMs } from "../shared/backoff.ts";

/** Notifications gather for this long before a read. */
const GATHER_MS = 100;

/** Under constant load a read starts at most this often: less than once for each transaction of a Writer. */
const READ_INTERVAL_MS = 1200;

/** A committed entry stays invisible while an older transaction lasts, which rarely takes long. */
const LOOK_AGAIN = { baseMs: 100, maxMs: 10 * SECOND };

/** Pauses while Postgres does not answer. */
const FAILURE_BACKOFF = { baseMs: SECOND, maxMs: 30 * SECOND };

export class ReadTiming {
  /** Reads in a row that failed. */
  #failures = 0;
  /** Reads in a row that did not show the entries that were announced. */
  #misses = 0;
  #readAt = Number.NEGATIVE_INFINITY;
  /** When the first transaction since the last read was announced; null: none was. */
  #announcedAt: number | null = null;
  /** No read before this time, after a failed one. */
  #pausedUntil = Number.NEGATIVE_INFINITY;

  /** A transaction was announced. Its end may make the missing entries visible. */
  announced(now: number): void {
    this.#announcedAt ??= now;
    this.#misses = 0;
  }

  /** A read starts. */
  started(now: number): void {
    this.#readAt = now;
    this.#announcedAt = null;
  }

  /** @param isCaughtUp the reads have shown all announced entries */
  succeeded(isCaughtUp: boolean): void {
    this.#failures = 0;
    this.#misses = isCaughtUp ? 0 : this.#misses + 1;
  }

  /** @param random in 0 … 1 */
  failed(now: number, random: number): void {
    this.#failures++;
    this.#pausedUntil = now + fullJitterMs(this.#failures, FAILURE_BACKOFF, random);
  }

  /**
   * The time until the next read.
   * @param isJoining a client waits for it
   */
  delayMs(isJoining: boolean, now: number): number {
    if (this.#failures > 0) return Math.min(this.#pausedUntil - now, FAILURE_BACKOFF.maxMs);
    // A clock that was set back must not delay reads.
    this.#readAt = Math.min(this.#readAt, now);
    if (this.#announcedAt !== null) this.#announcedAt = Math.min(this.#announcedAt, now);
    const sinceReadMs = now - this.#readAt;
    if (isJoining) return GATHER_MS - sinceReadMs;
    if (this.#misses > 0) return Math.min(LOOK_AGAIN.maxMs, LOOK_AGAIN.baseMs * 2 ** (this.#misses - 1)) - sinceReadMs;
    const sinceAnnouncedMs = this.#announcedAt === null ? GATHER_MS : now - this.#announcedAt;
    return Math.max(GATHER_MS - sinceAnnouncedMs, READ_INTERVAL_MS - sinceReadMs);
  }
}
