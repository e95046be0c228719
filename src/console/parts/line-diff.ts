import { type Change, diffLines } from "diff";

/**
 * Lines times edits that a diff may take; the algorithm compares at most twice as many lines. The limit is not a time, because a
 * Worker's clock stands still during computation.
 */
const MAX_WORK = 1_000_000;

/** More edits are not readable either. */
const MAX_EDITS = 500;

/** Splitting texts of more lines takes longer than comparing them. */
const MAX_LINES = 20_000;

/** How many lines may be added or removed between texts with so many lines together. */
export const maxEdits = (lines: number): number =>
  lines > MAX_LINES ? 0 : Math.min(MAX_EDITS, Math.floor(MAX_WORK / Math.max(1, lines)));

/**
 * Compares two texts by line.
 * @returns null when they are too large or too different
 */
export function lineDiff(before: string, after: string): Change[] | null {
  const maxEditLength = maxEdits(countLines(before) + countLines(after));
  return maxEditLength === 0 ? null : (diffLines(before, after, { maxEditLength }) ?? null);
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
