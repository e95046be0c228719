import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { describeJsonFault } from "../../src/lib/json-fault.ts";
import { runs } from "../support/runs.ts";

describe("describeJsonFault", () => {
  it.each([
    ['{"title": None}', "expected a value, found the word `None` (write `null`) at line 1, column 11 (position 10)"],
    ['{"title": undefined}', "found the word `undefined` (write `null`) at line 1, column 11 (position 10)"],
    ['{"value": NaN, "a": 1}', "found the word `NaN` (write `null`) at line 1, column 11 (position 10)"],
    ['{"a":-Infinity}', "found `-` at line 1, column 6 (position 5)"],
    ['{"a":True}', "found the word `True` (write `true`) at line 1, column 6 (position 5)"],
    ['{"a":constructor}', "found the word `constructor` at line 1, column 6 (position 5)"],
    ['{"a":nullify}', "found the word `nullify` at line 1, column 6 (position 5)"],
    ["{\"title\": 'x'}", "expected a value, found `'` (write `\"`) at line 1, column 11 (position 10)"],
    [
      "{'title': 1}",
      "expected a name in double quotes or `}`, found `'` (write `\"`) at line 1, column 2 (position 1)",
    ],
    ["{title: 1}", "expected a name in double quotes or `}`, found the word `title` at line 1, column 2 (position 1)"],
    ['{"title": DB down}', "expected a value, found the word `DB` at line 1, column 11 (position 10)"],
    ["NaN", "expected a value, found the word `NaN` (write `null`) at line 1, column 1 (position 0)"],
    ['\0{"a":1}', "expected a value, found NUL (U+0000) at line 1, column 1 (position 0)"],
    ['\uFEFF{"a":1}', "expected a value, found a byte order mark (U+FEFF) at line 1, column 1 (position 0)"],
    ['{"a":1,}', "expected a name in double quotes, found `}` at line 1, column 8 (position 7)"],
    ["[1,]", "expected a value, found `]` at line 1, column 4 (position 3)"],
    ["[1 2]", "expected `,` or `]`, found `2` at line 1, column 4 (position 3)"],
    ['{"a" 1}', "expected `:`, found `1` at line 1, column 6 (position 5)"],
    ['{"a":1]', "expected `,` or `}`, found `]` at line 1, column 7 (position 6)"],
    ['{"a":01}', "expected `,` or `}`, found `1` at line 1, column 7 (position 6)"],
    ['{"a":', "it ends too early: expected a value at line 1, column 6 (position 5)"],
    ['{"a":1', "it ends too early: expected `,` or `}` at line 1, column 7 (position 6)"],
    ['{"a":"b', "it ends too early: the string that begins at position 5 has no end at line 1, column 8 (position 7)"],
    ['{"a":1}x', "expected the end, found `x` at line 1, column 8 (position 7)"],
    ['{"a":1}{"a":2}', "expected the end, found `{` at line 1, column 8 (position 7)"],
    ["", "it is empty: expected a value at line 1, column 1 (position 0)"],
    [" \n", "it is empty: expected a value at line 2, column 1 (position 2)"],
    ['{"a":"b\nc"}', "a line break (U+000A) must be escaped in a string at line 1, column 8 (position 7)"],
    ['{"a":"\\x"}', "invalid escape after `\\` in a string at line 1, column 7 (position 6)"],
    ['{\r\n  "a": 1,\r\n  b\r\n}', "found `b` at line 3, column 3 (position 16)"],
    ['{"a":\u00a01}', "found the character U+00A0 at line 1, column 6 (position 5)"],
    ["{{ payload }}", "expected a name in double quotes or `}`, found `{` at line 1, column 2 (position 1)"],
  ])("says where and what: %j", (text, expected) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(describeJsonFault(text)).toContain(expected);
  });

  it("quotes only a character or a short word of letters", () => {
    for (const text of ['{"password": hunter2}', '{"a":sk_live_51Habcdef}', `{"a":${"s".repeat(21)}}`]) {
      expect(describeJsonFault(text)).not.toMatch(/hunter2|live|sss/);
    }
  });

  property.prop(
    [
      fc.json(),
      fc.array(
        fc.tuple(fc.nat(), fc.constantFrom("", ",", '"', "\\", "\n", "}", "]", "{", "1", "-", "e", "tru", "\0", "é")),
      ),
    ],
    {
      numRuns: runs(3000),
    },
  )("finds a fault in exactly the texts that JSON.parse rejects", (json, edits) => {
    const text = edits.reduce((edited, [at, part]) => {
      const place = at % (edited.length + 1);
      return edited.slice(0, place) + part + edited.slice(place + (part === "" ? 1 : 0));
    }, json);
    expect([text, describeJsonFault(text) === null]).toEqual([text, isJson(text)]);
  });

  it("is linear in deep and long texts", () => {
    expect(describeJsonFault("[".repeat(1_000_000))).toContain("position 1000000");
    expect(describeJsonFault(`["${"a".repeat(1_000_000)}`)).toContain("position 1000002");
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
