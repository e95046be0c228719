/** Instants and durations as people write and read them. */
import { InvalidArgumentError } from "commander";
import { DAY, HOUR, MINUTE, SECOND, toIso } from "../../../src/lib/time.ts";

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", SECOND],
  ["m", MINUTE],
  ["h", HOUR],
  ["d", DAY],
  ["w", 7 * DAY],
]);

/** Reads a duration such as `90s`, `15m`, `2h`, `7d` or `1w` in milliseconds; null if it is not one. */
export function parseDuration(text: string): number | null {
  const [, count, unit = ""] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  return count === undefined ? null : Number(count) * (UNITS.get(unit) ?? 0);
}

/**
 * Converts a duration to the instant that long before `now`. The API parses other texts.
 * @param now Unix ms
 */
export function instantOf(text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined;
  const duration = parseDuration(text);
  return duration === null ? text : toIso(Math.max(0, now - duration));
}

/**
 * Converts a duration to the instant that long after `now`. The API parses other texts.
 * @param now Unix ms
 */
export function instantAfter(text: string, now: number): string {
  const duration = parseDuration(text);
  return duration === null ? text : toIso(now + duration);
}

/** Checks a duration. @throws InvalidArgumentError */
export function checkDuration(text: string): string {
  if (parseDuration(text) === null) throw new InvalidArgumentError("Use a duration such as 90s, 15m, 2h or 7d.");
  return text;
}

/** Reads whole minutes: a number, or a duration. @throws InvalidArgumentError */
export function parseMinutes(text: string): number {
  const duration = /^\d{1,9}$/.test(text) ? Number(text) * MINUTE : parseDuration(text);
  if (duration === null || duration % MINUTE !== 0)
    throw new InvalidArgumentError("Use whole minutes, or a duration such as 90m, 24h or 7d.");
  return duration / MINUTE;
}

/** The age of an instant in its largest unit: `now`, `5m`, `3h`, `12d`. */
export function ageOf(instant: string, now: number): string {
  const age = now - Date.parse(instant);
  if (age < MINUTE) return "now";
  if (age < HOUR) return `${Math.floor(age / MINUTE)}m`;
  if (age < DAY) return `${Math.floor(age / HOUR)}h`;
  return `${Math.floor(age / DAY)}d`;
}
