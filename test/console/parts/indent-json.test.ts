import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { indentJson } from "../../../src/console/parts/indent-json.ts";

describe("indented JSON", () => {
  property.prop([fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()))])(
    "looks like that of JSON.stringify",
    (value) => {
      expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    },
  );

  it("keeps the digits of numbers, duplicate keys and the order of keys", () => {
    expect(indentJson('{"b":1.0,"1":12345678901234567890,"b":-0}')).toBe(
      '{\n  "b": 1.0,\n  "1": 12345678901234567890,\n  "b": -0\n}',
    );
  });

  it("shows what is left of a truncated text", () => {
    expect(indentJson('{"a":["b\\"c')).toBe('{\n  "a": [\n    "b\\"c');
    expect(indentJson('{"a":"b\\')).toBe('{\n  "a": "b\\');
  });

  it.each(['"text"', "1", "", "  ", "plain [text]"])("is none for %j", (text) => {
    expect(indentJson(text)).toBeNull();
  });

  it.each([
    ["is none for deep nesting", "[".repeat(256 * 1024), true],
    ["is none for deep objects", '{"a":'.repeat(50_000), true],
    ["of 100,000 values is whole", `[${"1,".repeat(100_000)}1]`, false],
    ["of one long string is whole", `["${'\\"'.repeat(120_000)}"]`, false],
  ])("%s", (_, text, isNone) => {
    expect(indentJson(text) === null).toBe(isNone);
  });
});
