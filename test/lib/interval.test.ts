import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { afterInterval } from "../../src/lib/interval.ts";

describe("The start after an interval", () => {
  const instant = fc.nat();
  const interval = fc.nat({ max: 10_000 });

  test.prop([instant, interval, instant])(
    "is never in the past, nor later than the interval from now",
    (last, ms, now) => {
      const at = afterInterval(last, ms, now);
      expect(at).toBeGreaterThanOrEqual(now);
      expect(at).toBeLessThanOrEqual(now + ms);
    },
  );

  test.prop([instant, interval, interval])("is the interval after the last start, or now", (last, ms, since) => {
    expect(afterInterval(last, ms, last + since)).toBe(last + Math.max(ms, since));
  });

  it("is now if there was no earlier start", () => {
    expect(afterInterval(null, 50, 1000)).toBe(1000);
  });
});
