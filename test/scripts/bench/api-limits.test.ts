import { describe, expect, it } from "vitest";
import { compare, type Times } from "../../../scripts/bench/api-limits.ts";
import { QUERIES } from "../../../scripts/bench/api-queries.ts";

const times = (name: string, smallMs: number, largeMs: number): Times => ({ name, smallMs, largeMs });

describe("the limit of a list query", () => {
  const run = () => null;

  it("is 1.5 times its time on the small tables", () => {
    expect(compare(run, times("a", 4, 6), []).isMet).toBe(true);
    expect(compare(run, times("a", 4, 6.1), []).isMet).toBe(false);
    // Below the noise, times count as 2 ms.
    expect(compare(run, times("a", 0.1, 3), []).isMet).toBe(true);
  });

  it("is its own for a bounded query, also compared with another query on the large tables", () => {
    const bounded = { run, bound: "1,000 alerts", maxRatio: 4 };
    expect(compare(bounded, times("a", 10, 40), []).isMet).toBe(true);
    expect(compare(bounded, times("a", 10, 41), []).isMet).toBe(false);
    const all = [times("a", 1, 30), times("b", 20, 20)];
    const compared = { ...bounded, maxRatio: 1.5, than: "b" };
    expect(compare(compared, times("a", 1, 30), all).isMet).toBe(true);
    expect(compare(compared, times("a", 1, 31), all).isMet).toBe(false);
  });

  it("is set for every query", () => {
    const all = Object.keys(QUERIES).map((name) => times(name, 2, 2));
    for (const [at, query] of Object.values(QUERIES).entries()) {
      const { maxRatio, isMet } = compare(query, all[at]!, all);
      expect([maxRatio < 5, isMet]).toEqual([true, true]);
    }
  });
});
