/** When a Writer starts its next transaction. Pure; instants are Unix ms. */
import { afterInterval } from "../../lib/interval.ts";

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
 * @param intervalMs minimum interval between the starts of two under load. Requests that arrive within it share the second one
 * @returns null: nothing waits
 */
export function startAt(
  { length, bytes, isUrgent }: Load,
  lastStartedAt: number | null,
  intervalMs: number,
  now: number,
): number | null {
  if (length === 0) return null;
  if (isUrgent || bytes >= FULL_BYTES) return now;
  return afterInterval(lastStartedAt, intervalMs, now);
}
