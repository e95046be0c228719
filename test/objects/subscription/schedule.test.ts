import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../../../src/lib/time.ts";
import { deadlineOf, probeDelayMs, retryDelayMs } from "../../../src/objects/subscription/schedule.ts";
import { readRetryAfter } from "../../../src/objects/subscription/http.ts";

const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe("the time until a message is tried again", () => {
  it("doubles from five seconds to an hour", () => {
    const delays = Array.from({ length: 14 }, (_, failures) => retryDelayMs(failures + 1, 1, null) / SECOND);
    expect(delays).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600]);
  });

  test.prop([fc.integer({ min: 1, max: 10_000 }), unit])(
    "is left to chance by half, and never longer than an hour",
    (n, random) => {
      const [most, delay] = [retryDelayMs(n, 1, null), retryDelayMs(n, random, null)];
      expect(delay).toBeGreaterThanOrEqual(most / 2);
      expect(delay).toBeLessThanOrEqual(Math.min(most, HOUR));
    },
  );

  test.prop([fc.integer({ min: 1, max: 100 }), unit, fc.integer({ min: 0, max: 10 * HOUR })])(
    "is as long as the subscriber asks for, up to an hour",
    (n, random, asked) => {
      expect(retryDelayMs(n, random, asked)).toBeGreaterThanOrEqual(Math.min(asked, HOUR));
      expect(retryDelayMs(n, random, asked)).toBeLessThanOrEqual(HOUR);
    },
  );

  test.prop([fc.integer({ min: 1, max: 10_000 }), unit, fc.option(fc.integer({ min: 0, max: 10 * HOUR }))])(
    "is five minutes at most for a subscriber that is down",
    (n, random, asked) => {
      expect(probeDelayMs(n, random, asked)).toBeGreaterThanOrEqual(Math.min(asked ?? 0, 5 * MINUTE));
      expect(probeDelayMs(n, random, asked)).toBeLessThanOrEqual(5 * MINUTE);
    },
  );

  it("ends a day after the change, or after the subscription went on", () => {
    expect(deadlineOf(5 * HOUR, 0)).toBe(5 * HOUR + DAY);
    expect(deadlineOf(5 * HOUR, 9 * HOUR)).toBe(9 * HOUR + DAY);
  });
});

describe("Retry-After", () => {
  it.each([
    [null, null],
    ["120", 120_000],
    [" 7 ", 7000],
    ["Tue, 24 Nov 2026 00:00:30 GMT", 30_000],
    ["Mon, 23 Nov 2026 00:00:00 GMT", 0],
    ["soon", null],
    ["-5", 0],
  ])("%s is %s ms", (header, ms) => {
    expect(readRetryAfter(header, Date.UTC(2026, 10, 24))).toBe(ms);
  });
});
