import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Compute, LeakyBucket, NEON_LIMITS } from "../../../scripts/neon/limits.ts";

describe("the rate limit", () => {
  const add = (bucket: LeakyBucket, now: number, count: number): number =>
    Array.from({ length: count }, () => bucket.add(now)).filter(Boolean).length;

  it("accepts a burst, then as many requests as drain", () => {
    const bucket = new LeakyBucket({ requestsPerSecond: 200, burst: 500 });
    expect(add(bucket, 0, 600)).toBe(500);
    expect(add(bucket, 4, 10)).toBe(0);
    expect(add(bucket, 5, 10)).toBe(1);
    expect(add(bucket, 105, 100)).toBe(20);
  });

  it("holds at most one burst after a pause", () => {
    const bucket = new LeakyBucket({ requestsPerSecond: 200, burst: 500 });
    expect(add(bucket, 0, 500)).toBe(500);
    expect(add(bucket, 3_600_000, 1000)).toBe(500);
  });

  it("sustains its rate", () => {
    const bucket = new LeakyBucket({ requestsPerSecond: 200, burst: 500 });
    const accepted = Array.from({ length: 1000 }, (_, i) => add(bucket, i * 10, 2));
    expect(accepted.every((count) => count === 2)).toBe(true);
  });
});

describe("the compute", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("starts once for all requests that come while it is suspended", async () => {
    const compute = new Compute({ ...NEON_LIMITS, wakeUpMs: 500 });
    compute.suspend();
    const woken: number[] = [];
    const waiting = [1, 2, 3].map(async (id) => {
      await compute.awake();
      woken.push(id);
    });
    await vi.advanceTimersByTimeAsync(499);
    expect(woken).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await Promise.all(waiting);
    expect([woken, compute.wakeUps]).toEqual([[1, 2, 3], 1]);
  });

  it("is suspended five minutes after the last request", async () => {
    const compute = new Compute(NEON_LIMITS);
    await vi.advanceTimersByTimeAsync(299_000);
    await compute.awake();
    await compute.connected(() => Promise.resolve());
    await vi.advanceTimersByTimeAsync(299_000);
    await compute.awake();
    expect(compute.wakeUps).toBe(0);
    await vi.advanceTimersByTimeAsync(2000);
    const start = compute.awake();
    await vi.advanceTimersByTimeAsync(500);
    await start;
    expect(compute.wakeUps).toBe(1);
  });

  it("stays awake during a long query", async () => {
    const compute = new Compute(NEON_LIMITS);
    const query = Promise.withResolvers<void>();
    const running = compute.connected(() => query.promise);
    await vi.advanceTimersByTimeAsync(400_000);
    await compute.awake();
    query.resolve();
    await running;
    expect(compute.wakeUps).toBe(0);
  });

  it("refuses a connection beyond its limit without waiting", async () => {
    const compute = new Compute({ ...NEON_LIMITS, maxConnections: 2 });
    const query = Promise.withResolvers<string>();
    const running = [compute.connected(() => query.promise), compute.connected(() => query.promise)];
    expect(await compute.connected(() => Promise.resolve("run"))).toBeNull();
    query.resolve("done");
    expect(await Promise.all(running)).toEqual(["done", "done"]);
    expect(await compute.connected(() => Promise.resolve("run"))).toBe("run");
    expect(compute.peakConnections).toBe(2);
  });
});
