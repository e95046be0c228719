/** The intervals of a histogram over time. Pure. */
import { DAY, HOUR, MINUTE } from "../lib/time.ts";

/** Lengths that people read easily, in ms; longer ones are whole multiples of the last. */
const LENGTHS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
];

/**
 * Divides a time range. Intervals start at whole multiples of their length, so that they stay the same while time passes.
 * @param since,until Unix ms, `since` before `until`
 * @param max number of intervals at most, at least 1
 * @returns the start of the first interval, and the length of each in ms
 */
export function divideTime(since: number, until: number, max: number): { start: number; intervalMs: number } {
  const startOf = (length: number) => Math.floor(since / length) * length;
  const fits = (length: number) => Math.ceil((until - startOf(length)) / length) <= max;
  let intervalMs = LENGTHS.find(fits) ?? DAY;
  while (!fits(intervalMs)) intervalMs += Math.max(1, Math.floor((until - since) / max / DAY) - intervalMs / DAY) * DAY;
  return { start: startOf(intervalMs), intervalMs };
}
