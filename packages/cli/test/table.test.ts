import { fc, test as property } from "@fast-check/vitest";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { type Column, fitTable, tabSeparated } from "../src/table.ts";
import { oneLine } from "../src/terminal-text.ts";
import { outsideText } from "./support/outside-text.ts";

interface Row {
  id: string;
  count: number;
  title: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { header: "ID", text: ({ id }) => id },
  { header: "COUNT", text: ({ count }) => String(count), isNumeric: true, rank: 1 },
  { header: "TITLE", text: ({ title }) => title, isFlexible: true, color: () => "red" },
];

const row = fc.record({ id: outsideText, count: fc.integer(), title: outsideText });

describe("fitTable", () => {
  it("sizes the flexible column to the width that the others leave", () => {
    const rows = [{ id: "1", count: 12, title: "A title that is rather long for so narrow a terminal" }];
    expect(fitTable(COLUMNS, rows, 40, false)).toEqual([
      "ID  COUNT  TITLE",
      "1      12  A title that is rather long …",
    ]);
    expect(fitTable(COLUMNS, rows, 80, false)[1]).toBe(
      "1      12  A title that is rather long for so narrow a terminal",
    );
  });

  it("omits ranked columns on a narrow terminal", () => {
    const rows = [{ id: "1", count: 12, title: "A title that is rather long for so narrow a terminal" }];
    expect(fitTable(COLUMNS, rows, 30, false)).toEqual(["ID  TITLE", "1   A title that is rather lo…"]);
  });

  property.prop([fc.array(row), fc.integer({ min: 1, max: 120 })])(
    "is never wider than the terminal",
    (rows, width) => {
      const table = fitTable(COLUMNS, rows, width, false);
      expect(table).toHaveLength(rows.length + 1);
      for (const line of table) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    },
  );

  property.prop([fc.array(row), fc.integer({ min: 1, max: 120 })])(
    "prints no control character from outside, and the same text with and without colors",
    (rows, width) => {
      const plain = fitTable(COLUMNS, rows, width, false);
      expect(plain.join("")).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
      const colored = fitTable(COLUMNS, rows, width, true).map((line) => line.replaceAll(/\u001B\[\d+m/g, ""));
      expect(colored).toEqual(plain);
    },
  );

  property.prop([fc.array(row)])("shows all text on a wide terminal", (rows) => {
    const table = fitTable(COLUMNS, rows, 100_000, false);
    for (const [at, { id, count, title }] of rows.entries()) {
      for (const text of [oneLine(id), String(count), oneLine(title)]) expect(table[at + 1]).toContain(text);
    }
  });
});

describe("tabSeparated", () => {
  property.prop([fc.array(row)])("has every column of every row, for any text", (rows) => {
    const table = tabSeparated(COLUMNS, rows);
    expect(table).toHaveLength(rows.length);
    for (const line of table) expect(line.split("\t")).toHaveLength(COLUMNS.length);
    expect(table.join("")).not.toContain("\n");
  });
});
