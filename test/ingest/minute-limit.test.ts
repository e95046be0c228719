import { afterEach, describe, expect, it, vi } from "vitest";
import { MinuteLimit } from "../../src/ingest/minute-limit.ts";
import { MINUTE } from "../../src/lib/time.ts";

afterEach(() => vi.restoreAllMocks());

describe("a minute limit", () => {
  it("lets a number pass per minute and key, and reports with the next one how many it omitted", () => {
    const clock = vi.spyOn(Date, "now").mockReturnValue(0);
    const limit = new MinuteLimit(2);
    expect(["a", "a", "a", "b", "a"].map((key) => limit.pass(key))).toEqual([0, 0, null, 0, null]);
    expect(limit.omit("b")).toBeNull();
    expect(limit.pass("b")).toBe(1);
    clock.mockReturnValue(MINUTE);
    expect(["a", "a", "a"].map((key) => limit.pass(key))).toEqual([2, 0, null]);
  });
});
