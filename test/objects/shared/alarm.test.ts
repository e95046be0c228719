import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Alarm, BACKSTOP_MS } from "../../../src/objects/shared/alarm.ts";

const NOW = Date.UTC(2026, 10, 26);

function alarmOf() {
  const set: (number | null)[] = [];
  const alarm = new Alarm({
    setAlarm: async (time) => void set.push(Number(time)),
    deleteAlarm: async () => void set.push(null),
  });
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
