import { describe, expect, it } from "vitest";
import { lineDiff, maxEdits } from "../../../src/console/parts/line-diff.ts";

const lines = (count: number, lineOf: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => `${lineOf(i)}\n`).join("");

describe("lineDiff", () => {
  it("lists what was added and removed", () => {
    expect(lineDiff("a\nb\n", "a\nc\n")).toMatchObject([
      { value: "a\n" },
      { value: "b\n", removed: true },
      { value: "c\n", added: true },
    ]);
  });

  it("compares large texts with few changes", () => {
    const text = lines(9000, (i) => `line ${i}`);
    expect(lineDiff(text, `${text}one more\n`)).toHaveLength(2);
  });

  it.each([1000, 40_000, 200_000])("gives up on %d lines that all differ", (count) => {
    expect(
      lineDiff(
        lines(count, (i) => `a${i}`),
        lines(count, (i) => `b${i}`),
      ),
    ).toBeNull();
  });

  it("gives up on texts of the same few lines in another order", () => {
    expect(
      lineDiff(
        lines(20_000, (i) => (i % 3 ? "{" : "}")),
        lines(20_000, (i) => (i % 5 ? "}" : "{")),
      ),
    ).toBeNull();
  });

  it.each([0, 1, 100, 5000, 1_000_000, 10_000_000])("allows work in proportion to %d lines", (count) => {
    expect(maxEdits(count) * count).toBeLessThanOrEqual(1_000_000);
    expect(maxEdits(count)).toBeLessThanOrEqual(500);
  });
});
