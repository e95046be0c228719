import { DAY, HOUR, toIso } from "../../lib/time.ts";

/** Periods up to now, for the filters of lists. */
const PERIODS = [
  ["1h", "Last hour", HOUR],
  ["24h", "Last 24 hours", DAY],
  ["7d", "Last 7 days", 7 * DAY],
  ["30d", "Last 30 days", 30 * DAY],
] as const;

/** CheckboxGroup of a period for a form. */
export const periodOptions: readonly (readonly [string, string])[] = [
  ["", "Any time"],
  ...PERIODS.map(([id, name]) => [id, name] as const),
];

/** Start of a period; undefined for an unknown period. */
export function sinceOf(period: string | undefined): string | undefined {
  const found = PERIODS.find(([id]) => id === period);
  return found && toIso(Date.now() - found[2]);
}
