import { afterEach, describe, expect, it } from "vitest";
import {
  clockTime,
  exact,
  periodText,
  readTimeZone,
  setTimeZone,
  timeZone,
  withTimeZone,
} from "../../../src/console/parts/time-zone.ts";

afterEach(() => setTimeZone("UTC"));

describe("a time", () => {
  it("is in UTC unless the page has another time zone", () => {
    expect(exact("2026-10-01T12:00:00.000Z")).toBe("2026-10-01 12:00:00.000 UTC");
    expect(clockTime("2026-10-01T12:00:00.000Z")).toBe("12:00 UTC");
  });

  it("is in the time zone of the page, which it names, also across midnight and a change of the clocks", () => {
    setTimeZone("Europe/Berlin");
    expect(exact("2026-10-01T22:30:01.234Z")).toBe("2026-10-02 00:30:01.234 UTC+2");
    expect(clockTime("2026-12-01T12:00:00.000Z")).toBe("13:00 UTC+1");
    const [from, until] = [Date.parse("2026-10-25T00:30:00Z"), Date.parse("2026-10-25T01:30:00Z")];
    expect(periodText(from, until)).toBe("2026-10-25 02:30 – 02:30 UTC+1");
    setTimeZone("Asia/Kolkata");
    expect(periodText(from, from + 86_400_000)).toBe("2026-10-25 06:00 – 2026-10-26 06:00 UTC+5:30");
  });
});

describe("the time zone of a page", () => {
  it("is that of the cookie, or UTC when it is missing or unknown", () => {
    expect(readTimeZone("Europe/Berlin")).toBe("Europe/Berlin");
    for (const name of [undefined, "", "Middle/Earth", "<script>", "x".repeat(1000)])
      expect(readTimeZone(name)).toBe("UTC");
  });

  it("ends with the rendering, also when that fails", () => {
    expect(withTimeZone("Europe/Berlin", timeZone)).toBe("Europe/Berlin");
    expect(() =>
      withTimeZone("Asia/Kolkata", () => {
        throw new Error("fails");
      }),
    ).toThrow("fails");
    expect(timeZone()).toBe("UTC");
  });
});
