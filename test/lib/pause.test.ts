import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { afterInterval, Pause } from "../../src/lib/pause.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("A pause", () => {
  it("ends after its time, and leaves no timer", async () => {
    const ended = vi.fn<() => void>();
    void new Pause().wait(50).then(ended);
    await vi.advanceTimersByTimeAsync(49);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends early for current and later waiters", async () => {
    const pause = new Pause();
    const waiting = [pause.wait(50), pause.wait(60)];
    pause.end();
    await Promise.all([...waiting, pause.wait(70)]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

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
