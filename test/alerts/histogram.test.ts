import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { divideTime } from "../../src/alerts/histogram.ts";
import { DAY, HOUR, MINUTE } from "../../src/lib/time.ts";

const NOW = Date.parse("2026-10-01T12:07:30.000Z");

it.each([
  ["an hour", HOUR, MINUTE * 2],
  ["a day", DAY, 30 * MINUTE],
  ["a week", 7 * DAY, 3 * HOUR],
  ["a month", 30 * DAY, 12 * HOUR + 12 * HOUR],
])("divides %s into intervals of a readable length", (_, length, intervalMs) => {
  expect(divideTime(NOW - length, NOW, 60).intervalMs).toBe(intervalMs);
});

const time = fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) });

test.prop([time, time, fc.integer({ min: 1, max: 500 })])(
  "covers the time range with at most the number of intervals, which start at multiples of their length",
  (a, b, max) => {
    fc.pre(a !== b);
    const [since, until] = [Math.min(a, b), Math.max(a, b)];
    const { start, intervalMs } = divideTime(since, until, max);
    expect(start % intervalMs).toBe(0);
    expect(start).toBeLessThanOrEqual(since);
    expect(since - start).toBeLessThan(intervalMs);
    expect(Math.ceil((until - start) / intervalMs)).toBeLessThanOrEqual(max);
  },
);
