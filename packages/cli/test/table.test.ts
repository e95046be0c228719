import { fc, test as property } from "@fast-check/vitest";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { type Column, fitted, tabSeparated } from "../src/table.ts";
import { cut, lines, oneLine, pad, widthOf } from "../src/text.ts";
import { progressLine } from "../src/progress.ts";

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

const wild = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("日本語の警告", "👩‍👩‍👧‍👦 family", "\u001B[31mred\u001B[0m", "a\tb\nc\r", "\u202Eabc", "\uD800"),
);
const row = fc.record({ id: wild, count: fc.integer(), title: wild });

describe("fitted", () => {
  it("gives the flexible column what the others leave", () => {
    const rows = [{ id: "1", count: 12, title: "A title that is rather long for so narrow a terminal" }];
    expect(fitted(COLUMNS, rows, 40, false)).toEqual(["ID  COUNT  TITLE", "1      12  A title that is rather long …"]);
    expect(fitted(COLUMNS, rows, 80, false)[1]).toBe("1      12  A title that is rather long for so narrow a terminal");
  });

  it("does without lesser columns on a narrow terminal", () => {
    const rows = [{ id: "1", count: 12, title: "A title that is rather long for so narrow a terminal" }];
    expect(fitted(COLUMNS, rows, 30, false)).toEqual(["ID  TITLE", "1   A title that is rather lo…"]);
  });

  property.prop([fc.array(row), fc.integer({ min: 1, max: 120 })])(
    "is never wider than the terminal",
    (rows, width) => {
      const table = fitted(COLUMNS, rows, width, false);
      expect(table).toHaveLength(rows.length + 1);
      for (const line of table) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    },
  );

  property.prop([fc.array(row), fc.integer({ min: 1, max: 120 })])(
    "lets no control character of a stranger through, and in colour looks the same",
    (rows, width) => {
      const plain = fitted(COLUMNS, rows, width, false);
      expect(plain.join("")).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
      const colored = fitted(COLUMNS, rows, width, true).map((line) => line.replaceAll(/\u001B\[\d+m/g, ""));
      expect(colored).toEqual(plain);
    },
  );

  property.prop([fc.array(row)])("shows everything where there is room", (rows) => {
    const table = fitted(COLUMNS, rows, 100_000, false);
    for (const [at, { id, count, title }] of rows.entries()) {
      for (const text of [oneLine(id), String(count), oneLine(title)]) expect(table[at + 1]).toContain(text);
    }
  });
});

describe("tabSeparated", () => {
  property.prop([fc.array(row)])("has every column of every row, however strange", (rows) => {
    const table = tabSeparated(COLUMNS, rows);
    expect(table).toHaveLength(rows.length);
    for (const line of table) expect(line.split("\t")).toHaveLength(COLUMNS.length);
    expect(table.join("")).not.toContain("\n");
  });
});

describe("text", () => {
  property.prop([wild, fc.integer({ min: 0, max: 40 })])("is cut to a width, and kept when it fits", (given, width) => {
    const text = oneLine(given);
    const short = cut(text, width);
    expect(widthOf(short)).toBeLessThanOrEqual(width);
    if (widthOf(text) <= width) expect(short).toBe(text);
    expect(widthOf(pad(short, width))).toBe(width);
  });

  it("keeps its lines where they are meant", () => {
    expect(lines("1. Open\r\n2. \u001B[2JPaste\n")).toBe("1. Open\n2. Paste\n");
  });
});

describe("progressLine", () => {
  it("tells how many of how many, and how fast", () => {
    expect(progressLine({ label: "Replaying", done: 5, total: 10, elapsedMs: 2000 }, 80)).toBe(
      "Replaying [============            ] 5/10, 3/s",
    );
    expect(progressLine({ label: "alerts", done: 120, total: null, elapsedMs: 1000 }, 80)).toBe(
      "alerts [  =                     ] 120, 120/s",
    );
  });

  property.prop([fc.nat(), fc.option(fc.nat()), fc.nat(), fc.integer({ min: 2, max: 200 })])(
    "leaves the last cell of the terminal free, so that nothing wraps",
    (done, total, elapsedMs, width) => {
      expect(widthOf(progressLine({ label: "Replaying", done, total, elapsedMs }, width))).toBeLessThan(width);
    },
  );
});
