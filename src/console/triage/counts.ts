/** The numbers of the tabs, kept current by timeline entries. Pure. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import type { ListFilter } from "./rows.ts";

export type Counts = Schemas["AlertCounts"]["data"];
type Count = Counts[number];

/** Applies an entry. A number that is only a lower bound stays. */
export function countEntry(
  counts: Counts,
  { status, severity, changes }: Pick<Schemas["TimelineEntry"], "status" | "severity" | "changes">,
  { query }: ListFilter,
): Counts {
  const before = { status: previous(changes, "status", status), severity: previous(changes, "severity", severity) };
  const after = { status, severity };
  if (before.status === after.status && before.severity === after.severity) return counts;
  return add(add(counts, before, -1, query), after, 1, query);
}

/** The value before an entry; null: the alert did not exist. */
const previous = (changes: Record<string, unknown>, field: string, now: string): string | null => {
  const change = changes[field] as { from?: string | null } | undefined;
  return change ? (change.from ?? null) : now;
};

function add(
  counts: Counts,
  of: { status: string | null; severity: string | null },
  change: 1 | -1,
  query: ListFilter["query"],
): Counts {
  const { status, severity } = of as Pick<Count, "status" | "severity">;
  if (status === null || severity === null) return counts;
  if (query.status?.includes(status) === false || query.severity?.includes(severity) === false) return counts;
  const found = counts.find((one) => one.status === status && one.severity === severity);
  if (!found) return change < 0 ? counts : [...counts, { status, severity, count: 1, isAtLeast: false }];
  if (found.isAtLeast) return counts;
  return counts.map((one) => (one === found ? { ...one, count: Math.max(0, one.count + change) } : one));
}

/** The sum for some statuses; undefined: for all. */
export function sumOf(counts: Counts, statuses: readonly string[] | undefined): { count: number; isAtLeast: boolean } {
  const matching = counts.filter(({ status }) => statuses?.includes(status) ?? true);
  return {
    count: matching.reduce((sum, { count }) => sum + count, 0),
    isAtLeast: matching.some(({ isAtLeast }) => isAtLeast),
  };
}
