import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { JsonError, MAX_JSON_DEPTH, parseJson, parseLenientJson, safeJson } from "../../src/lib/json.ts";

describe("parseJson", () => {
  property.prop([fc.jsonValue({ stringUnit: "binary" })])("parses the output of JSON.stringify", (value) => {
    fc.pre(!/\d{16}/.test(JSON.stringify(value)));
    expect(parseJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
  });

  it("keeps integers beyond 2^53 as decimal strings", () => {
    expect(parseJson('{"id":10765432100123456789,"n":-9007199254740993,"f":1.5,"t":"10765432100123456789"}')).toEqual({
      id: "10765432100123456789",
      n: "-9007199254740993",
      f: 1.5,
      t: "10765432100123456789",
    });
  });

  it("accepts bodies up to the depth limit, and rejects deeper ones with a clear error", () => {
    expect(() => parseJson("[".repeat(MAX_JSON_DEPTH) + "]".repeat(MAX_JSON_DEPTH))).not.toThrow();
    for (const depth of [MAX_JSON_DEPTH + 1, 500_000]) {
      expect(() => parseJson("[".repeat(depth) + "]".repeat(depth))).toThrow(JsonError);
    }
  });

  it("ignores brackets inside strings", () => {
    const text = JSON.stringify({ text: `${"[".repeat(5000)}\\"` });
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it("reports the position of a syntax error without quoting the body", () => {
    expect(() => parseJson('{"password":"hunter2",}')).toThrow("line 1, column 23 (position 22)");
    expect(() => parseJson('{"password":"hunter2"')).toThrow(JsonError);
    expect(() => parseJson("hunter2")).not.toThrow(/hunter2/);
  });
});

describe("parseLenientJson", () => {
  property.prop([fc.jsonValue({ stringUnit: "binary" }), fc.constantFrom("\n", "\r\n", "\t", "\0", "\u001b")])(
    "reads strings with bare control characters as if they were escaped",
    (value, control) => {
      const strict = JSON.stringify({ title: `a${control}"b`, value });
      const bare = strict.replace(JSON.stringify(control).slice(1, -1), control);
      expect(() => parseJson(bare)).toThrow(JsonError);
      expect(parseLenientJson(bare)).toEqual({ value: parseJson(strict), isStrict: false });
      expect(parseLenientJson(strict)).toEqual({ value: parseJson(strict), isStrict: true });
    },
  );

  it.each([
    ['{"a":"b\n","c":None}', "found the word `None` (write `null`) at line 2, column 7"],
    ['{"a":"b\n",}', "found `}` at line 2, column 3"],
    ['{"a":"b\\\n"}', "invalid escape after"],
    ['{"a":"b\n', "has no end"],
    ["[1,\u00002]", "found NUL (U+0000)"],
  ])("still rejects %j", (text, reason) => {
    expect(() => parseLenientJson(text)).toThrow(reason);
  });
});

function allTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.entries(value).flat().flatMap(allTexts) : [];
}

describe("safeJson", () => {
  property.prop([fc.jsonValue()])("keeps values that Postgres can store", (value) => {
    const texts = allTexts(value);
    fc.pre(texts.every((text) => !text.includes("\0") && text.isWellFormed()));
    expect(safeJson(value)).toEqual(value);
  });

  it("replaces NUL and lone surrogates, including those in keys, and keeps __proto__ a plain key", () => {
    const value = JSON.parse('{"a\\u0000b":"x\\ud800y","__proto__":{"z":1e999}}') as unknown;
    expect(JSON.stringify(safeJson(value))).toBe('{"a\uFFFDb":"x\uFFFDy","__proto__":{"z":"Infinity"}}');
  });
});
