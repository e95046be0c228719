/** When to read the timeline next. Reads nothing itself; instants are Unix ms. */
import { SECOND } from "../../lib/time.ts";
import { dueAt, retryDelayMs } from "./retry-policy.ts";

/** A committed entry stays invisible while an older transaction lasts, so an expected entry is looked for again. */
const LOOK_AGAIN = { baseMs: 20, maxMs: 30 * SECOND };

/** The state at the start of a read. */
export interface ReadStart {
  xid: bigint;
  wakes: number;
}

export class ReadSchedule {
  /** There are entries up to this transaction at least. */
  #expectedXid = 0n;
  /** The object was loaded again, without the transactions of earlier notifications. */
  #wasRestarted = true;
  #wakes = 0;
  /** Null: not before the next wake. */
  #readAt: number | null = 0;
  /** Reads in a row that failed, or did not find the expected entries. */
  #misses = 0;

  /**
   * Plans a read at once.
   * @param xid there are entries up to this transaction at least
   */
  wake(xid: bigint, now: number): void {
    if (xid > this.#expectedXid) this.#expectedXid = xid;
    this.#wakes++;
    this.#readAt = now;
  }

  /** When the next read is due; null: not before the next wake. */
  nextAt(now: number): number | null {
    return this.#readAt === null ? null : dueAt(this.#readAt, now);
  }

  /** Call this before a read, and pass the result to `succeeded`. */
  start(): ReadStart {
    return { xid: this.#expectedXid, wakes: this.#wakes };
  }

  /**
   * Plans the read after a page.
   * @param page.horizon the transaction up to which the page is complete
   * @param page.nextXid the first transaction that had not begun
   */
  succeeded(
    { xid, wakes }: ReadStart,
    page: { hasMore: boolean; horizon: bigint; nextXid: bigint },
    now: number,
  ): void {
    // Notifications before the restart were for transactions before this one.
    const expectedXid = this.#wasRestarted && page.nextXid > xid ? page.nextXid - 1n : xid;
    this.#wasRestarted = false;
    if (expectedXid > this.#expectedXid) this.#expectedXid = expectedXid;
    const isCaughtUp = page.horizon > expectedXid && wakes === this.#wakes;
    if (page.hasMore || isCaughtUp) {
      this.#misses = 0;
      this.#readAt = page.hasMore ? 0 : null;
      return;
    }
    this.#misses++;
    this.#readAt = now + Math.min(LOOK_AGAIN.maxMs, LOOK_AGAIN.baseMs * 2 ** this.#misses);
  }

  /**
   * Plans the read after a failed one.
   * @param random in 0 … 1
   */
  failed(now: number, random: number): void {
    this.#misses++;
    this.#readAt = now + retryDelayMs(this.#misses, random, null);
  }
}
