/** Exponential backoff with full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */

/** Bounds of a backoff. */
export interface Backoff {
  /** The longest delay after the first failure. It doubles with each further failure. */
  baseMs: number;
  /** The longest delay after any number of failures. */
  maxMs: number;
}

/**
 * The delay before the next attempt.
 * @param failures failures in a row, from 1
 * @param random in 0 … 1: the share of the longest delay to wait
 */
export const fullJitterMs = (failures: number, { baseMs, maxMs }: Backoff, random: number): number =>
  Math.min(maxMs, baseMs * 2 ** (failures - 1)) * random;
