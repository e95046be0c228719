import { describe, expect, it } from "vitest";
import { missingNote } from "../../src/providers/missing-note.ts";

describe("missingNote", () => {
  it("names what was not found, and the fields of the body", () => {
    expect(missingNote({ title: null, "alert key": "k", state: null }, { foo: "secret", bar: 1 })).toBe(
      "no title, no state found; fields seen: foo, bar",
    );
    expect(missingNote({ title: null }, [{ foo: 1 }, { bar: 1 }])).toBe("no title found; fields seen: foo");
    expect(missingNote({ title: null }, "text")).toBe("no title found; fields seen: none");
  });

  it("is undefined when all was found", () => {
    expect(missingNote({ title: "t", state: "open" }, {})).toBeUndefined();
  });

  it("is bounded", () => {
    const body = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}${"x".repeat(900)}`, 1]));
    const note = missingNote({ title: null }, body) ?? "";
    expect([note.length < 1000, note.endsWith("and 30 more")]).toEqual([true, true]);
  });
});
