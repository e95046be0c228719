import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Alarm, BACKSTOP_MS } from "../../../src/objects/shared/alarm.ts";

const NOW = Date.UTC(2026, 10, 26);
const HOUR = 3_600_000;

/** @param stored the alarm that an earlier instance has set */
function alarmOf(stored: number | null = null) {
  const set: (number | null)[] = [];
  const storage = {
    getAlarm: async () => stored,
    setAlarm: async (time: number | Date) => void set.push(Number(time)),
    deleteAlarm: async () => void set.push(null),
  };
  const alarm = new Alarm(storage, () => undefined);
  return { alarm, set };
}

describe("Alarm", () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  it("sets an alarm for the first requested time", async () => {
    const { alarm, set } = alarmOf();
    await alarm.wakeAt(NOW + 5000);
    expect(set).toEqual([NOW + 5000]);
  });

  it("keeps an alarm that fires earlier", async () => {
    const { alarm, set } = alarmOf();
    await alarm.wakeAt(NOW + 5000);
    await alarm.wakeAt(NOW + 5000);
    await alarm.wakeAt(NOW + 6000);
    expect(set).toEqual([NOW + 5000]);
  });

  it("moves an alarm that fires later", async () => {
    const { alarm, set } = alarmOf();
    await alarm.wakeAt(NOW + 5000);
    await alarm.wakeAt(NOW + 1000);
    expect(set).toEqual([NOW + 5000, NOW + 1000]);
  });

  it("fires within a year, also for a time that the platform refuses", async () => {
    const { alarm, set } = alarmOf();
    await alarm.wakeAt(Date.UTC(9999, 11, 31));
    await alarm.wakeAt(Date.UTC(9998, 11, 31));
    expect(set).toEqual([NOW + 365 * 24 * HOUR]);
  });

  it("keeps the earlier alarm of an earlier instance", async () => {
    const { alarm, set } = alarmOf(NOW + 1000);
    await alarm.load();
    await alarm.wakeAt(NOW + 2000);
    expect(set).toEqual([]);
    await alarm.wakeAt(NOW + 500);
    expect(set).toEqual([NOW + 500]);
    const late = alarmOf(NOW + 1000);
    await Promise.all([late.alarm.load(), late.alarm.wakeAt(NOW + 2000)]);
    expect(late.set).toEqual([NOW + 2000, NOW + 1000]);
  });

  it("sets an alarm again after it fired", async () => {
    const { alarm, set } = alarmOf();
    await alarm.wakeAt(NOW + 1000);
    alarm.fired();
    await alarm.wakeAt(NOW + 2000);
    expect(set).toEqual([NOW + 1000, NOW + 2000]);
  });

  it("replaces an alarm that is overdue by more than the backstop", async () => {
    const { alarm, set } = alarmOf();
    await alarm.wakeAt(NOW);
    vi.setSystemTime(NOW + BACKSTOP_MS - 1);
    await alarm.wakeAt(NOW + 2 * BACKSTOP_MS);
    expect(set).toEqual([NOW]);
    vi.setSystemTime(NOW + BACKSTOP_MS);
    await alarm.wakeAt(NOW + 2 * BACKSTOP_MS);
    expect(set).toEqual([NOW, NOW + 2 * BACKSTOP_MS]);
  });

  it("removes only an alarm that it has set", async () => {
    const { alarm, set } = alarmOf();
    await alarm.clear();
    expect(set).toEqual([]);
    await alarm.wakeAt(NOW + 1000);
    await alarm.clear();
    await alarm.clear();
    await alarm.wakeAt(NOW + 5000);
    expect(set).toEqual([NOW + 1000, null, NOW + 5000]);
  });
});

describe("Alarm, while the storage refuses writes,", () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => void vi.useRealTimers());

  /** An alarm whose storage refuses the first writes. Its work sets the alarm again, as `alarm()` of an object does. */
  function refusing(refusals: number) {
    const set: number[] = [];
    const runs: number[] = [];
    const storage = {
      getAlarm: () => Promise.resolve(null),
      async setAlarm(time: number | Date) {
        if (refusals-- > 0) throw new Error("Exceeded the daily limit of rows written");
        set.push(Number(time));
      },
      deleteAlarm: () => Promise.resolve(),
    };
    const alarm = new Alarm(storage, async () => {
      alarm.fired();
      runs.push(Date.now());
      await alarm.wakeAt(Date.now() + HOUR);
    });
    return { alarm, set, runs };
  }

  it("does not reject", async () => {
    await expect(refusing(1).alarm.wakeAt(NOW)).resolves.toBeUndefined();
  });

  it("does the work by a timer, again and again, until the alarm is set", async () => {
    const { alarm, set, runs } = refusing(3);
    await alarm.wakeAt(NOW + HOUR);
    await vi.advanceTimersByTimeAsync(10 * BACKSTOP_MS);
    expect(runs).toEqual([1, 2, 3].map((round) => NOW + round * BACKSTOP_MS));
    expect(set).toEqual([NOW + 3 * BACKSTOP_MS + HOUR]);
  });

  it("does the work earlier if it is due earlier", async () => {
    const { alarm, runs } = refusing(1);
    await alarm.wakeAt(NOW + 5000);
    await vi.advanceTimersByTimeAsync(BACKSTOP_MS);
    expect(runs).toEqual([NOW + 5000]);
  });

  it("is set by the next call that needs it, without a timer", async () => {
    const { alarm, set, runs } = refusing(1);
    await alarm.wakeAt(NOW + 5000);
    await alarm.wakeAt(NOW + 6000);
    await vi.advanceTimersByTimeAsync(10 * BACKSTOP_MS);
    expect([set, runs]).toEqual([[NOW + 6000], []]);
  });
});
