import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../../../src/lib/time.ts";
import { dueAt, probeDelayMs, retryDeadline, retryDelayMs } from "../../../src/objects/subscription/retry-policy.ts";

const START = Date.UTC(2026, 0, 1);

const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe("The retry delay of a message", () => {
  it("doubles from five seconds to an hour", () => {
    const delays = Array.from({ length: 14 }, (_, failures) => retryDelayMs(failures + 1, 1, null) / SECOND);
    expect(delays).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600]);
  });

  test.prop([fc.integer({ min: 1, max: 10_000 }), unit])(
    "is random by half and never exceeds an hour",
    (failures, random) => {
      const [longest, delay] = [retryDelayMs(failures, 1, null), retryDelayMs(failures, random, null)];
      expect(delay).toBeGreaterThanOrEqual(longest / 2);
      expect(delay).toBeLessThanOrEqual(Math.min(longest, HOUR));
    },
  );

  test.prop([fc.integer({ min: 1, max: 100 }), unit, fc.integer({ min: 0, max: 10 * HOUR })])(
    "is at least Retry-After, up to an hour",
    (failures, random, retryAfterMs) => {
      const delay = retryDelayMs(failures, random, retryAfterMs);
      expect(delay).toBeGreaterThanOrEqual(Math.min(retryAfterMs, HOUR));
      expect(delay).toBeLessThanOrEqual(HOUR);
    },
  );
});

describe("The delay of a probe", () => {
  test.prop([fc.integer({ min: 1, max: 10_000 }), unit, fc.option(fc.integer({ min: 0, max: 10 * HOUR }))])(
    "is at least Retry-After, and never exceeds five minutes",
    (failures, random, retryAfterMs) => {
      const delay = probeDelayMs(failures, random, retryAfterMs);
      expect(delay).toBeGreaterThanOrEqual(Math.min(retryAfterMs ?? 0, 5 * MINUTE));
      expect(delay).toBeLessThanOrEqual(5 * MINUTE);
    },
  );
});

describe("The retry window", () => {
  it("ends a day after the entry was recorded, or after the subscription was enabled again", () => {
    expect(retryDeadline(5 * HOUR, 0)).toBe(5 * HOUR + DAY);
    expect(retryDeadline(5 * HOUR, 9 * HOUR)).toBe(9 * HOUR + DAY);
  });
});

describe("A planned attempt", () => {
  it("is due at its time, or at once after the clock was set back", () => {
    expect(dueAt(START + HOUR, START)).toBe(START + HOUR);
    expect(dueAt(START + HOUR + 1, START)).toBe(START);
  });
});
