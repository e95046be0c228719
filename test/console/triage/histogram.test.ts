import { expect, it } from "vitest";
import { countInHistogram, type Histogram } from "../../../src/console/triage/histogram.ts";

const NOW = Date.parse("2026-10-01T12:10:00.000Z");
const at = (minute: number) => new Date(Date.parse("2026-10-01T12:00:00.000Z") + minute * 60_000).toISOString();

const histogram: Histogram = {
  intervalSeconds: 300,
  data: [0, 5, 10].map((minute) => ({ at: at(minute), triggered: 0, resolved: 0 })),
  isComplete: true,
  isOpenEnded: true,
};
const entry = (
  status: "OPEN" | "RESOLVED",
  from: string | null,
  triggeredAt: string,
  resolvedAt: string | null = null,
) => ({
  status,
  changes: { status: { from, to: status } },
  alert: { triggeredAt, resolvedAt },
});
const numbers = ({ data }: Histogram) => data.map(({ triggered, resolved }) => [triggered, resolved]);

it("counts new alerts when they were triggered, and resolved ones when they were resolved", () => {
  let current = countInHistogram(histogram, entry("OPEN", null, at(6)), NOW);
  current = countInHistogram(current, entry("RESOLVED", "OPEN", at(6), at(11)), NOW);
  current = countInHistogram(current, entry("OPEN", null, at(-60)), NOW);
  expect(numbers(current)).toEqual([
    [0, 0],
    [1, 0],
    [0, 1],
  ]);
  const repeat = {
    status: "OPEN" as const,
    changes: { occurrences: { from: 1, to: 2 } },
    alert: { triggeredAt: at(6), resolvedAt: null },
  };
  expect(countInHistogram(current, repeat, NOW)).toBe(current);
});

it("moves on with the time, unless the query has an end", () => {
  const later = Date.parse(at(21));
  const moved = countInHistogram(histogram, entry("OPEN", null, at(21)), later);
  expect(moved.data.map((interval) => interval.at)).toEqual([at(10), at(15), at(20)]);
  expect(numbers(moved).at(-1)).toEqual([1, 0]);
  const ended = countInHistogram({ ...histogram, isOpenEnded: false }, entry("OPEN", null, at(21)), later);
  expect(ended.data).toEqual(histogram.data);
  const longAfter = countInHistogram(histogram, entry("OPEN", null, at(1000)), Date.parse(at(1000)));
  expect(longAfter.data.map((interval) => interval.at)).toEqual([at(990), at(995), at(1000)]);
});
