import { describe, expect, it } from "vitest";
import { parsePointer, withoutParts } from "../../src/lib/json-pointer.ts";

describe("JSON Pointers", () => {
  it("parses the examples of RFC 6901", () => {
    expect(parsePointer("/a~1b/m~0n/0")).toEqual(["a/b", "m~n", "0"]);
    expect(parsePointer("")).toEqual([]);
    for (const wrong of ["a", "/~2", "#/a"]) expect(parsePointer(wrong)).toBeNull();
  });

  it("removes the value of a pointer, and keeps the rest and the original", () => {
    const value = { a: { b: 1, c: [1, 2, 3] }, d: 4 };
    const copy = structuredClone(value);
    expect(withoutParts(value, [["a", "b"]])).toEqual({ a: { c: [1, 2, 3] }, d: 4 });
    expect(withoutParts(value, [["a", "c", "1"]])).toEqual({ a: { b: 1, c: [1, 3] }, d: 4 });
    for (const nowhere of [["x"], ["a", "c", "7"], ["a", "c", "-"], ["toString"]]) {
      expect(withoutParts(value, [nowhere])).toEqual(value);
    }
    expect(value).toEqual(copy);
  });

  it("removes the values of several pointers, which all name positions in the original", () => {
    const value = { a: { b: 1, c: [1, 2, 3] }, d: [{ e: 1, f: 2 }, 5] };
    const pointers = [
      ["a", "c", "0"],
      ["a", "c", "1"],
      ["a", "b"],
      ["d", "0", "e"],
      ["x", "y"],
    ];
    expect(withoutParts(value, pointers)).toEqual({ a: { c: [3] }, d: [{ f: 2 }, 5] });
    expect(withoutParts(value, [["d"], ["d", "0"]])).toEqual({ a: value.a });
    expect(withoutParts(value, [[]])).toBeNull();
  });
});
