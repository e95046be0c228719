import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { compilePath, FormError, pointerOf } from "../../../src/providers/form/path.ts";
import { scopeOf } from "./fixtures.ts";

const read = (path: string, event: unknown, headers: Record<string, string> = {}) =>
  compilePath(path)(scopeOf(event, headers));

const name = fc.constantFrom("a", "b", "constructor", "__proto__", "toString", "length", "valueOf", "hasOwnProperty");
const path = fc
  .array(fc.oneof(name, fc.nat({ max: 3 }), fc.constant("*")), { minLength: 1, maxLength: 5 })
  .map((steps) => steps.map((step) => (typeof step === "string" && step !== "*" ? `.${step}` : `[${step}]`)).join(""))
  .map((text) => text.replace(/^\./, ""));

describe("a path", () => {
  it("reads names, indexes, names with dots and the names in every element", () => {
    const event = { a: { b: [{ c: 1 }, { c: null }, { c: 2 }, "text"] }, "x.y": { z: 3 } };
    expect(read("a.b[0].c", event)).toBe(1);
    expect(read("a.b[*].c", event)).toEqual([1, 2]);
    expect(read('["x.y"].z', event)).toBe(3);
    expect(read("a.b[7].c", event)).toBeUndefined();
    expect(read("$body.a.b[2].c", event)).toBe(2);
  });

  it("reads headers, and of a credential only that it is there", () => {
    expect(read("$headers.X-Request-Id", {}, { "x-request-id": "7" })).toBe("7");
    expect(read("$headers.authorization", {}, { authorization: "Bearer secret" })).toBe("");
    expect(read("$headers.authorization", {})).toBeUndefined();
  });

  it.each(["", ".", "a.", "a..b", "a[", "a[x]", "a b", "a[-1]", "$headers", "$headers.a.b", "[0]a"])(
    "rejects %j when it is compiled",
    (text) => {
      expect(() => compilePath(text)).toThrow(FormError);
    },
  );

  it("has a JSON Pointer", () => {
    expect(pointerOf("a.b[0].c")).toBe("/a/b/0/c");
    expect(pointerOf('["x/y"].z[*].c')).toBe("/x~1y/z");
    expect(pointerOf("$body.a")).toBe("");
  });

  test.prop([path, fc.jsonValue()])("never throws, and reads own properties only", (text, event) => {
    const found = read(text, event);
    expect(typeof found).not.toBe("function");
    if (found !== undefined && !text.includes("*")) expect(JSON.stringify(event)).toContain(JSON.stringify(found));
  });

  test.prop([path])("finds nothing in an empty object", (text) => {
    expect(read(text, {})).toBeUndefined();
  });
});
