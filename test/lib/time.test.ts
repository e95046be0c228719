import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { parseRfc3339, parseUnixTime } from "../../src/lib/time.ts";

const instants = fc.date({ min: new Date("1970-01-02"), max: new Date("2199-12-30"), noInvalidDate: true });

describe("parseRfc3339", () => {
  property.prop([instants])("parses the output of toISOString", (date) => {
    expect(parseRfc3339(date.toISOString())).toBe(date.getTime());
  });

  it.each([
    ["2026-10-01T12:00:00Z", "2026-10-01T12:00:00.000Z"],
    ["2026-10-01T12:00:00.123456789Z", "2026-10-01T12:00:00.123Z"],
    ["2026-10-01T12:00:00.1+03:00", "2026-10-01T09:00:00.100Z"],
    ["2026-10-01T00:30:00-07:30", "2026-10-01T08:00:00.000Z"],
    ["2019-02-15T23:53:45.093+0000", "2019-02-15T23:53:45.093Z"],
    ["2026-10-01 12:00:00z", "2026-10-01T12:00:00.000Z"],
  ])("reads %s", (text, expected) => {
    expect(new Date(parseRfc3339(text) ?? Number.NaN).toISOString()).toBe(expected);
  });

  it.each(["0001-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-10-01", "2026-10-01T12:00:00", "12:00", "", "now"])(
    "returns null for %j",
    (text) => expect(parseRfc3339(text)).toBeNull(),
  );
});

describe("parseUnixTime", () => {
  property.prop([instants])("parses milliseconds and seconds, as numbers and as digits", (date) => {
    const ms = date.getTime();
    fc.pre(ms >= 1e11);
    const seconds = Math.trunc(ms / 1000);
    expect([parseUnixTime(ms), parseUnixTime(String(ms))]).toEqual([ms, ms]);
    expect([parseUnixTime(seconds), parseUnixTime(String(seconds))]).toEqual([seconds * 1000, seconds * 1000]);
  });

  it.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY, "soon", "1e9", "", 1e18])("returns null for %j", (value) => {
    expect(parseUnixTime(value)).toBeNull();
  });
});
