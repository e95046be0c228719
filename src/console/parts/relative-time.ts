/** Relative times, for the Worker and the browser. */
import { DAY, HOUR, MINUTE, SECOND } from "../../lib/time.ts";

/**
 * A time before or after `now` in one unit: `12 s ago`, `in 5 min`.
 * @param time Unix ms
 * @param now Unix ms
 */
export function relativeTime(time: number, now: number): string {
  const distance = Math.abs(now - time);
  if (distance < SECOND) return "now";
  return time > now ? `in ${duration(distance)}` : `${duration(distance)} ago`;
}

/** A length of time in one unit: `3 h`. @param ms milliseconds */
export function duration(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}
