/** When a Writer starts its next transaction. Pure; instants are Unix ms. */
import { SECOND } from "../../lib/time.ts";

/** Minimum interval between the starts of two transactions. Requests that arrive within it share the second one. */
export const MIN_INTERVAL_MS = SECOND;

/** A transaction of this size gains little by growing. */
export const FULL_BYTES = 1_000_000;

/** The requests that wait for a transaction. */
export interface Load {
  length: number;
  bytes: number;
  /** A person waits for one of the requests. */
  isUrgent: boolean;
}

/**
 * When to start a transaction with the waiting requests.
 * @param lastStartedAt when the last one started; null: there was none
 * @returns null: nothing waits
 */
export function startAt({ length, bytes, isUrgent }: Load, lastStartedAt: number | null, now: number): number | null {
  if (length === 0) return null;
  if (lastStartedAt === null || isUrgent || bytes >= FULL_BYTES) return now;
  // The clock was set back: a start in the future must not delay this one.
  return lastStartedAt > now ? now : Math.max(now, lastStartedAt + MIN_INTERVAL_MS);
}
