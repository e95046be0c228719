import { expect, it } from "vitest";
import { MINUTE } from "../../../src/lib/time.ts";
import { MinuteCounter, secondsToNextMinute } from "../../../src/objects/integration/minute-counter.ts";

const NOON = Date.UTC(2026, 10, 26, 12);

it("MinuteCounter starts again with each minute of the clock", () => {
  const counter = new MinuteCounter();
  expect([NOON, NOON + 1, NOON + MINUTE - 1].map((now) => counter.count(now))).toEqual([1, 2, 3]);
  expect([NOON + MINUTE, NOON + MINUTE].map((now) => counter.count(now))).toEqual([1, 2]);
});

it("secondsToNextMinute rounds up", () => {
  expect([0, 1, 59_001].map((ms) => secondsToNextMinute(NOON + ms))).toEqual([60, 60, 1]);
});
