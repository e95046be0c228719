import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { fullJitterMs } from "../../../src/objects/shared/backoff.ts";

const bounds = { baseMs: 1000, maxMs: 120_000 };

describe("fullJitterMs", () => {
  it("doubles the longest delay with each failure, up to the maximum", () => {
    expect([1, 2, 3, 4].map((failures) => fullJitterMs(failures, bounds, 1))).toEqual([1000, 2000, 4000, 8000]);
    expect(fullJitterMs(100, bounds, 1)).toBe(120_000);
  });

  it("chooses the delay between zero and the longest one", () => {
    expect([0, 0.25, 0.5].map((random) => fullJitterMs(1, bounds, random))).toEqual([0, 250, 500]);
  });

  test.prop([fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true })])(
    "never exceeds the maximum, however many failures there were",
    (failures, random) => {
      const delay = fullJitterMs(failures, bounds, random);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(bounds.maxMs);
    },
  );
});
