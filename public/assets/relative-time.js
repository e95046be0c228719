/** Relative times. The Worker renders them with this function, and console.js keeps them current with it. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A time before or after `now` in one unit: `12 s ago`, `in 5 min`.
 * @param {number} time Unix time in milliseconds
 * @param {number} now Unix time in milliseconds
 * @returns {string}
 */
export function relativeTime(time, now) {
  const distance = Math.abs(now - time);
  if (distance < SECOND) return "now";
  const text = duration(distance);
  return time > now ? `in ${text}` : `${text} ago`;
}

/**
 * @param {number} ms
 * @returns {string}
 */
function duration(ms) {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}
