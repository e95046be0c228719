import { describe, expect, it } from "vitest";
import { ReadTiming } from "../../../src/objects/feed/read-timing.ts";

/** A timing after a read at 0. */
function afterRead(isCaughtUp: boolean): ReadTiming {
  const timing = new ReadTiming();
  timing.started(0);
  timing.succeeded(isCaughtUp);
  return timing;
}

describe("ReadTiming", () => {
  it("gathers for 100 ms from the first announcement after a pause", () => {
    const timing = afterRead(true);
    timing.announced(10_000);
    timing.announced(10_060);
    expect(timing.delayMs(false, 10_060)).toBe(40);
  });

  it("reads at most every 1.2 s under constant load, and at once for a new client", () => {
    const timing = afterRead(true);
    timing.announced(10);
    expect(timing.delayMs(false, 200)).toBe(1000);
    expect(timing.delayMs(true, 200)).toBeLessThanOrEqual(0);
  });

  it("looks again for entries behind an older transaction, less and less often, until another one is announced", () => {
    const timing = afterRead(false);
    const delays = Array.from({ length: 10 }, () => {
      timing.succeeded(false);
      return timing.delayMs(false, 0);
    });
    expect(delays).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 10_000]);
    timing.announced(1200);
    expect(timing.delayMs(false, 1200)).toBe(100);
  });

  it("pauses up to 30 s after failures, also for a new client", () => {
    const timing = afterRead(true);
    for (let i = 0; i < 20; i++) timing.failed(0, 1);
    expect(timing.delayMs(true, 0)).toBe(30_000);
    timing.succeeded(true);
    expect(timing.delayMs(true, 500)).toBeLessThanOrEqual(0);
  });

  it("does not wait for a clock that was set back", () => {
    const timing = new ReadTiming();
    timing.started(1_000_000);
    timing.announced(1_000_000);
    expect(timing.delayMs(false, 0)).toBe(1200);
    expect(timing.delayMs(false, 1200)).toBe(0);
  });
});
