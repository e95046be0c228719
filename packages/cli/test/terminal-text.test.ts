import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { cut, eachLine, oneLine, pad, widthOf } from "../src/terminal-text.ts";
import { outsideText } from "./support/outside-text.ts";

describe("cut and pad", () => {
  property.prop([outsideText, fc.integer({ min: 0, max: 40 })])(
    "keep a text that fits, and make others exactly as wide",
    (given, width) => {
      const text = oneLine(given);
      const short = cut(text, width);
      expect(widthOf(short)).toBeLessThanOrEqual(width);
      if (widthOf(text) <= width) expect(short).toBe(text);
      expect(widthOf(pad(short, width))).toBe(width);
    },
  );
});

describe("eachLine", () => {
  it("keeps line breaks, and removes other control characters", () => {
    expect(eachLine("1. Open\r\n2. \u001B[2JPaste\n")).toBe("1. Open\n2. Paste\n");
  });
});
