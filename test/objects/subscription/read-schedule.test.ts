import { describe, expect, it } from "vitest";
import { HOUR, SECOND } from "../../../src/lib/time.ts";
import { ReadSchedule } from "../../../src/objects/subscription/read-schedule.ts";

const NOW = Date.UTC(2026, 0, 1);

/** A schedule after a read that found nothing more. */
function caughtUp(): ReadSchedule {
  const schedule = new ReadSchedule();
  schedule.succeeded(schedule.start(), { hasMore: false, horizon: 1n, nextXid: 1n }, NOW);
  return schedule;
}

describe("ReadSchedule", () => {
  it("reads at once at first, and then not before the next wake", () => {
    expect(new ReadSchedule().nextAt(NOW)).toBe(0);
    const schedule = caughtUp();
    expect(schedule.nextAt(NOW)).toBeNull();
    schedule.wake(0n, NOW);
    expect(schedule.nextAt(NOW)).toBe(NOW);
  });

  it("reads on at once while there is more", () => {
    const schedule = new ReadSchedule();
    schedule.succeeded(schedule.start(), { hasMore: true, horizon: 0n, nextXid: 0n }, NOW);
    expect(schedule.nextAt(NOW)).toBe(0);
  });

  it("looks again after a growing pause until a page covers the expected transaction", () => {
    const schedule = caughtUp();
    schedule.wake(5n, NOW);
    const pauses = Array.from({ length: 13 }, () => {
      schedule.succeeded(schedule.start(), { hasMore: false, horizon: 5n, nextXid: 5n }, NOW);
      return (schedule.nextAt(NOW) ?? 0) - NOW;
    });
    expect(pauses.slice(0, 4)).toEqual([40, 80, 160, 320]);
    expect(pauses.at(-1)).toBe(30 * SECOND);
    schedule.succeeded(schedule.start(), { hasMore: false, horizon: 6n, nextXid: 6n }, NOW);
    expect(schedule.nextAt(NOW)).toBeNull();
  });

  it("after a restart, looks again until a page covers every transaction that had begun", () => {
    const schedule = new ReadSchedule();
    schedule.succeeded(schedule.start(), { hasMore: false, horizon: 5n, nextXid: 9n }, NOW);
    expect(schedule.nextAt(NOW)).toBe(NOW + 40);
    schedule.succeeded(schedule.start(), { hasMore: false, horizon: 8n, nextXid: 12n }, NOW);
    expect(schedule.nextAt(NOW)).toBe(NOW + 80);
    schedule.succeeded(schedule.start(), { hasMore: false, horizon: 9n, nextXid: 12n }, NOW);
    expect(schedule.nextAt(NOW)).toBeNull();
  });

  it("reads again when it was woken during a read", () => {
    const schedule = caughtUp();
    const start = schedule.start();
    schedule.wake(0n, NOW);
    schedule.succeeded(start, { hasMore: false, horizon: 1n, nextXid: 1n }, NOW);
    expect(schedule.nextAt(NOW)).toBe(NOW + 40);
  });

  it("waits longer after each failed read, up to an hour", () => {
    const schedule = caughtUp();
    const delays = Array.from({ length: 12 }, () => {
      schedule.failed(NOW, 1);
      return (schedule.nextAt(NOW) ?? 0) - NOW;
    });
    expect([delays[0], delays[1], delays.at(-1)]).toEqual([5 * SECOND, 10 * SECOND, HOUR]);
  });
});
