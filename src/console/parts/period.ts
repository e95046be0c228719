import { DAY, HOUR, toIso } from "../../lib/time.ts";

/** Lengths of time up to now that lists can be narrowed to. */
export const PERIODS = [
  ["1h", "Last hour", HOUR],
  ["24h", "Last 24 hours", DAY],
  ["7d", "Last 7 days", 7 * DAY],
  ["30d", "Last 30 days", 30 * DAY],
] as const;

/** Choices of a period for a form. */
export const periodOptions: readonly (readonly [string, string])[] = [
  ["", "Any time"],
  ...PERIODS.map(([id, name]) => [id, name] as const),
];

/** When a period began; undefined: it has no name of ours. */
export function sinceOf(period: string | undefined): string | undefined {
  const found = PERIODS.find(([id]) => id === period);
  return found && toIso(Date.now() - found[2]);
}
