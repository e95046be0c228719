import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pause } from "../../src/lib/pause.ts";

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
