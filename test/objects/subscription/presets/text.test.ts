import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { fit, linkOf, shownText } from "../../../../src/objects/subscription/presets/text.ts";

const double = (character: string): string => (character === "&" ? "&amp;" : character);

describe("A text that is cut", () => {
  it("stays as it is within the limit", () => {
    expect(fit("disk full", 9)).toBe("disk full");
  });

  it("ends with an ellipsis beyond the limit", () => {
    expect(fit("disk full", 8)).toBe("disk fu…");
  });

  it("is cut between escapes and surrogate pairs only, and never exceeds the limit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 40 }), (text, max) => {
        const fitted = fit(text, max, double);
        expect(fitted.length).toBeLessThanOrEqual(max);
        expect(fitted.isWellFormed()).toBe(true);
        expect(fitted).not.toMatch(/&(?!amp;)/);
      }),
    );
  });

  it("loses control characters, but not line breaks", () => {
    expect(fit("a\u0000b\nc\u001b", 10)).toBe("ab\nc");
    expect(shownText(" \u0007 ")).toBeNull();
  });
});

describe("A link", () => {
  it.each([
    ["https://a.test/x|y (z)", "https://a.test/x%7Cy%20%28z%29"],
    ["javascript:alert(1)", null],
    ["not a URL", null],
    [null, null],
    [`https://a.test/${"x".repeat(100)}`, null],
  ])("of %s is %s", (url, link) => {
    expect(linkOf(url, 50)).toBe(link);
  });
});
