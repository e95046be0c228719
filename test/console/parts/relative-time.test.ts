import { describe, expect, it } from "vitest";
import { relativeTime } from "../../../src/console/parts/relative-time.ts";

const NOW = Date.parse("2026-10-01T12:00:00.000Z");

describe("relativeTime", () => {
  it.each([
    [-999, "now"],
    [-1000, "1 s ago"],
    [-59_999, "59 s ago"],
    [-60_000, "1 min ago"],
    [-3_600_000, "1 h ago"],
    [-47 * 3_600_000, "47 h ago"],
    [-48 * 3_600_000, "2 d ago"],
    [5 * 60_000, "in 5 min"],
  ])("formats a difference of %i ms as %s", (difference, text) => {
    expect(relativeTime(NOW + difference, NOW)).toBe(text);
  });
});
