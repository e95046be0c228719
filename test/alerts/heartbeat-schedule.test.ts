import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  clockTime,
  cronFault,
  expectationAfter,
  type HeartbeatSchedule,
  isTimeZone,
} from "../../src/alerts/heartbeat-schedule.ts";
import { DAY, HOUR, MINUTE } from "../../src/lib/time.ts";
import { runs } from "../support/runs.ts";

const BERLIN: HeartbeatSchedule = { cron: "30 2 * * *", timeZone: "Europe/Berlin", graceMinutes: 10 };

const at = (text: string): number => Date.parse(text);

const expectedAfter = (schedule: HeartbeatSchedule, since: number, isAfterHeartbeat = true): string =>
  new Date(
    expectationAfter({ heartbeatMinutes: null, heartbeatSchedule: schedule }, { since, isAfterHeartbeat })
      ?.expectedAt ?? NaN,
  ).toISOString();

describe("expectationAfter", () => {
  it("expects a heartbeat heartbeatMinutes after the last one", () => {
    const expected = { expectedAt: 5 * MINUTE, missedAt: 5 * MINUTE };
    expect(expectationAfter({ heartbeatMinutes: 5 }, { since: 0, isAfterHeartbeat: true })).toEqual(expected);
  });

  it("expects nothing without an interval and a schedule", () => {
    expect(expectationAfter({ heartbeatMinutes: null }, { since: 0, isAfterHeartbeat: true })).toBeNull();
  });

  it("adds the grace to the time of the schedule", () => {
    const wait = { since: at("2026-11-26T00:00:00Z"), isAfterHeartbeat: true };
    expect(expectationAfter({ heartbeatMinutes: null, heartbeatSchedule: BERLIN }, wait)).toEqual({
      expectedAt: at("2026-11-26T01:30:00Z"),
      missedAt: at("2026-11-26T01:40:00Z"),
    });
  });

  it("counts a late heartbeat for the time before it", () => {
    expect(expectedAfter(BERLIN, at("2026-11-26T01:39:00Z"))).toBe("2026-11-27T01:30:00.000Z");
  });

  it("counts a heartbeat that is up to a minute early for the time after it", () => {
    expect(expectedAfter(BERLIN, at("2026-11-26T01:29:00Z"))).toBe("2026-11-27T01:30:00.000Z");
    expect(expectedAfter(BERLIN, at("2026-11-26T01:28:59Z"))).toBe("2026-11-26T01:30:00.000Z");
  });

  it("counts a heartbeat between two close times for the nearer one", () => {
    const everyMinute = { ...BERLIN, cron: "* * * * *" };
    expect(expectedAfter(everyMinute, at("2026-11-26T01:00:20Z"))).toBe("2026-11-26T01:01:00.000Z");
    expect(expectedAfter(everyMinute, at("2026-11-26T01:00:40Z"))).toBe("2026-11-26T01:02:00.000Z");
  });

  it("expects the next time when the settings changed just before it", () => {
    expect(expectedAfter(BERLIN, at("2026-11-26T01:29:59Z"), false)).toBe("2026-11-26T01:30:00.000Z");
  });

  it("expects a time that the summer time skips right after the gap, on the same day", () => {
    expect(expectedAfter(BERLIN, at("2026-03-28T12:00:00Z"))).toBe("2026-03-29T01:00:00.000Z");
    expect(expectedAfter(BERLIN, at("2026-03-29T01:00:05Z"))).toBe("2026-03-30T00:30:00.000Z");
  });

  it("expects a time that occurs twice once, at the first occurrence", () => {
    expect(expectedAfter(BERLIN, at("2026-10-24T12:00:00Z"))).toBe("2026-10-25T00:30:00.000Z");
    expect(expectedAfter(BERLIN, at("2026-10-25T00:31:00Z"))).toBe("2026-10-26T01:30:00.000Z");
  });

  const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu");
  const instants = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2028-01-01T00:00:00Z") });
  const daily = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) });

  test.prop([daily, zones, instants, fc.integer({ min: 0, max: 600 })], { numRuns: runs(200) })(
    "expects a daily job after the heartbeat, within 49 hours, at its local time or in an hour without it",
    ({ hour, minute }, timeZone, since, graceMinutes) => {
      const schedule = { cron: `${minute} ${hour} * * *`, timeZone, graceMinutes };
      const wait = { since, isAfterHeartbeat: true };
      const { expectedAt, missedAt } = expectationAfter({ heartbeatMinutes: null, heartbeatSchedule: schedule }, wait)!;
      expect(missedAt - expectedAt).toBe(graceMinutes * MINUTE);
      expect(expectedAt).toBeGreaterThan(since);
      expect(expectedAt - since).toBeLessThanOrEqual(49 * HOUR);
      const clock = clockTime(expectedAt, timeZone).slice(11, 16);
      const wanted = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
      // In a gap, the clock of the same day shows a later time.
      if (clock !== wanted) expect(clockTime(expectedAt - MINUTE, timeZone).slice(11, 16) < wanted).toBe(true);
    },
  );

  test.prop([daily, zones, instants, fc.integer({ min: 0, max: 30 * MINUTE })], { numRuns: runs(200) })(
    "misses nothing when every heartbeat comes within the grace, for thirty days",
    ({ hour, minute }, timeZone, start, lateness) => {
      const schedule = { cron: `${minute} ${hour} * * *`, timeZone, graceMinutes: 30 };
      const settings = { heartbeatMinutes: null, heartbeatSchedule: schedule };
      let wait = { since: start, isAfterHeartbeat: false };
      for (let day = 0; day < 30; day++) {
        const { expectedAt, missedAt } = expectationAfter(settings, wait)!;
        const arrival = expectedAt + lateness;
        expect(arrival).toBeLessThanOrEqual(missedAt);
        if (day > 0) expect(arrival - wait.since).toBeGreaterThan(DAY - 2 * HOUR);
        wait = { since: arrival, isAfterHeartbeat: true };
      }
    },
  );
});

describe("cronFault", () => {
  it.each(["0 2 * * *", "*/15 * * * MON-FRI", "@daily", "0 0 29 2 *", "0 0 L * *", " 0\t2 * * * ".trim()])(
    "accepts %s",
    (cron) => {
      expect(cronFault(cron, Date.now())).toBeNull();
    },
  );

  it.each([
    ["", /five fields/],
    ["hourly", /five fields/],
    ["* * * *", /five fields/],
    ["0 0 2 * * *", /five fields/],
    ["2026-01-01T00:00:00Z", /five fields/],
    ["61 * * * *", /minute: 61/],
    ["*/0 * * * *", /stepping/],
    ["0 0 31 2 *", /no date/],
    ["@reboot", /@reboot.*[^.]$/],
    ["@fortnightly", /^unknown nickname @fortnightly$/],
    ["5,,5 * * * *", /[^.]$/],
  ])("says why %s is none", (cron, why) => {
    expect(cronFault(cron, Date.now())).toMatch(why);
  });
});

describe("isTimeZone", () => {
  it("accepts IANA names, and neither offsets nor other texts", () => {
    const names = ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "+02:00", "Mars/Olympus", "", "CET CEST"];
    expect(names.map(isTimeZone)).toEqual([true, true, true, false, false, false, false]);
  });
});
