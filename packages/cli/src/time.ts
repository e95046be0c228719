/** Instants and spans as people give and read them; pure. */
import { DAY, HOUR, MINUTE, SECOND, toIso } from "../../../src/lib/time.ts";
import { UsageError } from "./errors.ts";

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", SECOND],
  ["m", MINUTE],
  ["h", HOUR],
  ["d", DAY],
  ["w", 7 * DAY],
]);

/** A span such as `90s`, `15m`, `2h`, `7d` or `1w` in milliseconds; null when the text is none. */
export function parseSpan(text: string): number | null {
  const [, count, unit = ""] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  return count === undefined ? null : Number(count) * (UNITS.get(unit) ?? 0);
}

/** An instant for the API: a span counts back from now (Unix ms), anything else the API reads itself. */
export function instantOf(text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined;
  const span = parseSpan(text);
  return span === null ? text : toIso(Math.max(0, now - span));
}

/** Whole minutes: a bare number is minutes, or a span. @throws UsageError when it is neither */
export function minutesOf(name: string, text: string): number {
  const span = /^\d{1,9}$/.test(text) ? Number(text) * MINUTE : parseSpan(text);
  if (span === null || span % MINUTE !== 0)
    throw new UsageError(`--${name} is minutes, or a span such as 90m, 24h or 7d; not "${text}"`);
  return span / MINUTE;
}

/** How long ago an instant (ISO 8601) was: `now`, `5m`, `3h`, `12d`. */
export function ageOf(instant: string, now: number): string {
  const age = now - Date.parse(instant);
  if (age < MINUTE) return "now";
  if (age < HOUR) return `${Math.floor(age / MINUTE)}m`;
  if (age < DAY) return `${Math.floor(age / HOUR)}h`;
  return `${Math.floor(age / DAY)}d`;
}
