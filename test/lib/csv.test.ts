import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { csvLine } from "../../src/lib/csv.ts";

/** Reads a line as RFC 4180 says. */
function parse(line: string): string[] {
  const cells = [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy)];
  expect(cells.map(([cell]) => cell).join("")).toBe(line);
  expect(cells.map(([, , , end]) => end).lastIndexOf("\r\n")).toBe(cells.length - 1);
  return cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
}

/** A text of characters that have a meaning in CSV or in a spreadsheet. */
const text = fc.string({ unit: fc.constantFrom(...Array.from("=+-@＝,;\t\r\n\"' a1é😀")) });

describe("a line of CSV", () => {
  it.each([
    [["a", 1, true, null, undefined, ""], "a,1,true,,,\r\n"],
    [['say "hi"', "one,two", "up\ndown"], '"say ""hi""","one,two","up\ndown"\r\n'],
    [[{ service: "a" }, []], '"{""service"":""a""}",[]\r\n'],
    [["=1+2", "+1", "-1", "@x", "\tx", -1], "'=1+2,'+1,'-1,'@x,\"'\tx\",-1\r\n"],
    // Some spreadsheets read these, too.
    [["＝1", "＋1", "－1", "＠x"], "'＝1,'＋1,'－1,'＠x\r\n"],
    // LibreOffice also separates at semicolons and tabs that are not quoted. Excel separates at semicolons in many languages, then
    // ignores quotes inside a cell, and also ends the row at a line break.
    [["a;b", "a;=1", "a\n-1", "a;\t@x", "a; -1"], '"a;b","a;\'=1","a\n\'-1","a;\t\'@x","a; -1"\r\n'],
    [[{ note: "a;=1" }, ["-1", ";-1"]], '"{""note"":""a;\\u003d1""}","[""-1"","";\\u002d1""]"\r\n'],
  ])("of %j", (values, line) => {
    expect(csvLine(values)).toBe(line);
  });

  property.prop([fc.array(text, { minLength: 1 })])("has each text, apart from `'` before formulas", (texts) => {
    const cells = parse(csvLine(texts));
    const plain = (cell: string) => cell.replaceAll(/'(?=[=+\-@＝\t\r\n])/g, "");
    expect(cells.map(plain)).toEqual(texts.map(plain));
  });

  property.prop([text])("has no formula at the start of a cell, wherever a spreadsheet separates", (given) => {
    for (const values of [[given], ["a", given], ["a", { given }]]) {
      const line = csvLine(values);
      for (const cell of parse(line)) expect(cell).not.toMatch(/^[=+\-@＝]/);
      for (const cell of line.split(/[;\t\r\n]/).slice(1)) expect(cell).not.toMatch(/^"*[=+\-@＝]/);
    }
  });

  property.prop([fc.jsonValue()])("has any object as JSON", (value) => {
    expect(JSON.parse(parse(csvLine([{ value }]))[0] ?? "")).toEqual(JSON.parse(JSON.stringify({ value })));
  });
});
