import { afterEach, describe, expect, it, vi } from "vitest";
import { MinuteLimit } from "../../src/lib/minute-limit.ts";
import { MINUTE } from "../../src/lib/time.ts";

afterEach(() => vi.restoreAllMocks());

describe("a minute limit", () => {
  it("allows a number of actions per minute and key, and reports the omitted ones with the next allowed one", () => {
    const clock = vi.spyOn(Date, "now").mockReturnValue(0);
    const limit = new MinuteLimit(2);
    expect(["a", "a", "a", "b", "a"].map((key) => limit.pass(key))).toEqual([0, 0, null, 0, null]);
    expect(limit.omit("b")).toBeNull();
    expect(limit.pass("b")).toBe(1);
    clock.mockReturnValue(MINUTE);
    expect(["a", "a", "a"].map((key) => limit.pass(key))).toEqual([2, 0, null]);
  });
});
