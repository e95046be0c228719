import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { jsonSize } from "../../src/lib/json-size.ts";

describe("jsonSize", () => {
  property.prop([fc.jsonValue({ stringUnit: "binary" })])(
    "is at least the length of the JSON, and nearly that",
    (value) => {
      const size = jsonSize(value, Infinity);
      const text = JSON.stringify(value);
      expect(size).toBeGreaterThanOrEqual(text.length);
      // At most a comma more for each container.
      expect(size - text.length).toBeLessThanOrEqual(text.split(/[[{]/).length - 1);
    },
  );

  it("stops above the limit, and counts on for a larger one", () => {
    const value = { labels: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`label${i}`, "value"])) };
    const length = JSON.stringify(value).length;
    expect(jsonSize(value, 5000)).toBeGreaterThan(5000);
    expect(jsonSize(value, 5000)).toBeLessThan(6000);
    expect(jsonSize(value, 1_000_000)).toBeGreaterThanOrEqual(length);
    expect(jsonSize(value, 5000)).toBeGreaterThan(5000);
    expect(jsonSize("x".repeat(100), 10)).toBeGreaterThan(10);
  });
});
