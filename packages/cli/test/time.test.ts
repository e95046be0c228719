import { describe, expect, it } from "vitest";
import { ageOf, checkDuration, instantAfter, instantOf, parseDuration, parseMinutes } from "../src/time.ts";

const now = Date.parse("2026-10-01T12:00:00Z");

describe("instantOf", () => {
  it("counts a duration back from now, and leaves other text to the API", () => {
    expect(instantOf("2h", now)).toBe("2026-10-01T10:00:00.000Z");
    expect(instantOf("1w", now)).toBe("2026-09-24T12:00:00.000Z");
    expect(instantOf("yesterday", now)).toBe("yesterday");
    expect(instantOf(undefined, now)).toBeUndefined();
    expect(parseDuration("2 h")).toBeNull();
  });
});

describe("instantAfter", () => {
  it("counts a duration on from now, and leaves other text to the API", () => {
    expect(instantAfter("90s", now)).toBe("2026-10-01T12:01:30.000Z");
    expect(instantAfter("tomorrow", now)).toBe("tomorrow");
  });
});

describe("checkDuration", () => {
  it("accepts durations only", () => {
    expect(checkDuration("15m")).toBe("15m");
    expect(() => checkDuration("15")).toThrow("Use a duration");
  });
});

describe("parseMinutes", () => {
  it("reads whole minutes from a number or a duration", () => {
    expect(parseMinutes("90")).toBe(90);
    expect(parseMinutes("24h")).toBe(1440);
  });

  it.each(["90s", "soon", "-1", "1.5h"])("rejects %j", (text) => {
    expect(() => parseMinutes(text)).toThrow("Use whole minutes");
  });
});

describe("ageOf", () => {
  it("returns an age in its largest unit", () => {
    const ages = [
      "2026-10-01T12:00:30Z",
      "2026-10-01T11:59:30Z",
      "2026-10-01T11:55:00Z",
      "2026-10-01T09:01:00Z",
      "2026-09-19T12:00:00Z",
    ];
    expect(ages.map((instant) => ageOf(instant, now))).toEqual(["now", "now", "5m", "2h", "12d"]);
  });
});
