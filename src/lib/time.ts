/** Instants are Unix milliseconds inside, ISO 8601 with `Z` outside. */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** An instant as ISO 8601 in UTC with milliseconds. */
export const toIso = (ms: number): string => new Date(ms).toISOString();

/** Converts an optional instant to ISO 8601 in UTC. */
export const toIsoOrNull = (instant: Date | number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:[.,](\d+))?(?:([Zz])|([+-]\d{2}):?(\d{2}))$/;

// Years before 1970 mean "not set" in Go and .NET. Years after 2199 come from a wrong unit.
const EARLIEST = 1;
const LATEST = Date.UTC(2200, 0, 1);
const plausible = (ms: number): number | null => (ms >= EARLIEST && ms < LATEST ? ms : null);

/**
 * Reads an RFC 3339 date-time (any offset, any number of fraction digits; `+0000` without a colon, which AWS and
 * PagerDuty send, is accepted). Null: another format, a date that does not exist (February 30th), or "not set".
 */
export function parseRfc3339(text: string): number | null {
  const match = RFC3339.exec(text.trim());
  if (!match) return null;
  const [, date = "", time = "", fraction = "", , offsetHours, offsetMinutes] = match;
  const utc = Date.parse(`${date}T${time}.${fraction.padEnd(3, "0").slice(0, 3)}Z`);
  // Some engines roll February 30th over. A date that does not exist prints differently.
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== date) return null;
  const sign = offsetHours?.startsWith("-") ? -1 : 1;
  const offset = offsetHours ? sign * (Math.abs(Number(offsetHours)) * HOUR + Number(offsetMinutes) * MINUTE) : 0;
  return plausible(utc - offset);
}

/**
 * Reads a Unix time in seconds (with or without a fraction) or milliseconds, number or digits: 11 digits and more are
 * milliseconds, which covers dates from 1973 on. Null: neither.
 */
export function parseUnixTime(value: number | string): number | null {
  const number = typeof value === "number" ? value : /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) return null;
  return plausible(Math.trunc(number < 1e11 ? number * SECOND : number));
}
