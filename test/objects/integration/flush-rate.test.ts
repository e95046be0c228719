import { expect, it } from "vitest";
import { FlushRate } from "../../../src/objects/integration/flush-rate.ts";

it("FlushRate counts the amounts of the last minute, even after the clock was set back", () => {
  const rate = new FlushRate();
  rate.count(3, 1_000);
  rate.count(4, 1_500);
  rate.count(5, 30_000);
  expect(rate.lastMinute(30_000)).toBe(12);
  expect(rate.lastMinute(61_500)).toBe(5);
  expect(rate.lastMinute(120_000)).toBe(0);
  rate.count(6, 3_600_000);
  rate.count(1, 90_000);
  expect(rate.lastMinute(90_000)).toBe(1);
});
