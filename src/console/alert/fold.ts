/** Folds the repeats of a timeline, so that what people did stays in view. Pure. */
import type { Schemas } from "../../../packages/client/src/index.ts";

type Entry = Schemas["TimelineEntry"];

/** One entry, or several repeats in a row. */
export interface Folded {
  /** The latest of them. */
  entry: Entry;
  /** The time of the earliest. */
  since: string;
  count: number;
}

/** Whether an entry says only that the source repeated its alert. */
const isRepeat = ({ type, changes, note }: Entry): boolean =>
  (type === "REPEATED" || type === "STALE") &&
  note === null &&
  Object.keys(changes).every((field) => field === "occurrences");

/** @param entries the latest first */
export function foldRepeats(entries: readonly Entry[]): Folded[] {
  const folded: Folded[] = [];
  for (const entry of entries) {
    const last = folded.at(-1);
    if (last && isRepeat(entry) && isRepeat(last.entry) && last.entry.type === entry.type) {
      last.count++;
      last.since = entry.recordedAt;
    } else folded.push({ entry, since: entry.recordedAt, count: 1 });
  }
  return folded;
}
