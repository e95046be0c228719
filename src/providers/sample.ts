/** The sample of a provider at another time. Samples are written for one instant; every date in them moves by the same interval. */
import { DAY, SECOND } from "../lib/time.ts";
import type { Sample } from "./provider.ts";

/** The instant of every sample: 2026-09-21T14:13:20Z. */
export const SAMPLE_TIME = 1_790_000_000 * SECOND;

/** A date of a sample may lie this far from its instant: the start of an interval, or a local time. */
const NEAR = DAY;

const DATE_TIME = /\b(\d{4}-\d{2}-\d{2})([T ])(\d{2}:\d{2}:\d{2})(?!\d)/g;
const UNIX_TIME = /\b\d{10}(?:\d{3}|\d{6})?\b/g;

/** A sample as the source would send it at an instant. @param now Unix ms */
export function sampleAt({ headers, path, body }: Sample, now: number): Sample & { headers: Record<string, string> } {
  // Fractions of a second stay as they are, so a whole second less keeps every date in the past.
  const shift = Math.floor((now - SAMPLE_TIME) / SECOND - 1) * SECOND;
  const moved = Object.entries(headers ?? {}).map(([name, value]) => [name, moveText(value, shift)]);
  return {
    headers: Object.fromEntries(moved) as Record<string, string>,
    ...(path !== undefined && { path }),
    body: move(body, shift),
  };
}

function move(value: unknown, shift: number): unknown {
  if (typeof value === "string") return moveText(value, shift);
  if (typeof value === "number") return moveNumber(value, shift);
  if (Array.isArray(value)) return value.map((element) => move(element, shift));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, move(child, shift)]));
}

/** Dates with a time, in any zone: the clock of the zone moves by the same interval. Unix times in digits. */
const moveText = (text: string, shift: number): string =>
  text
    .replaceAll(DATE_TIME, (whole, day: string, separator: string, time: string) => {
      const at = Date.parse(`${day}T${time}Z`);
      if (Math.abs(at - SAMPLE_TIME) > NEAR) return whole;
      return new Date(at + shift).toISOString().slice(0, 19).replace("T", separator);
    })
    .replaceAll(UNIX_TIME, (digits) => String(moveNumber(Number(digits), shift)));

/** How many milliseconds a Unix time in seconds, milliseconds or microseconds counts in. */
const UNITS = [SECOND, 1, 1 / 1000];

/** Unix times; other numbers stay. */
function moveNumber(number: number, shift: number): number {
  const unit = UNITS.find((each) => Math.abs(number * each - SAMPLE_TIME) <= NEAR);
  return unit === undefined ? number : number + Math.round(shift / unit);
}
