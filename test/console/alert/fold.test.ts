import { expect, it } from "vitest";
import { foldRepeats } from "../../../src/console/alert/fold.ts";

type Entry = Parameters<typeof foldRepeats>[0][number];

const entryAt = (minute: number, type: Entry["type"], fields: Partial<Entry> = {}) =>
  ({
    type,
    changes: type === "REPEATED" ? { occurrences: { from: 1, to: 2 } } : {},
    note: null,
    recordedAt: `2026-10-01T12:${String(minute).padStart(2, "0")}:00.000Z`,
    ...fields,
  }) as Entry;

it("folds repeats in a row, and keeps what people did", () => {
  const entries = [
    entryAt(9, "REPEATED"),
    entryAt(8, "REPEATED"),
    entryAt(7, "ACKNOWLEDGED"),
    entryAt(6, "REPEATED"),
    entryAt(5, "REPEATED", { note: "Still broken." }),
    entryAt(4, "CREATED"),
  ];
  expect(foldRepeats(entries).map(({ entry, count, since }) => [entry.type, count, since.slice(14, 16)])).toEqual([
    ["REPEATED", 2, "08"],
    ["ACKNOWLEDGED", 1, "07"],
    ["REPEATED", 1, "06"],
    ["REPEATED", 1, "05"],
    ["CREATED", 1, "04"],
  ]);
});
