/** The figures in README equal those of the pages with the measurements. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const read = (file: string): string => readFileSync(path.join(import.meta.dirname, "../..", file), "utf8");

/** Table rows as lists of cells. */
const rowsOf = (text: string): string[][] =>
  [...text.matchAll(/^\|(.+)\|$/gm)].map(([, row = ""]) => row.split("|").map((cell) => cell.trim()));

const readme = rowsOf(read("README.md"));
const testing = read("docs/testing.md");

const count = (cell: string): number => Number(cell.replaceAll(",", ""));

describe("the figures in README", () => {
  it("are the sums of the faults in docs/testing.md", () => {
    const rows = [...testing.matchAll(/^\| [^|]+ \| +(\d+) \| +([\d,]+) \| +[\d,]+ \|$/gm)];
    const sum = (column: number) => rows.reduce((total, row) => total + count(row[column]!), 0);
    expect(rows.length).toBeGreaterThan(20);
    const [what, result] = readme.find((row) => row.at(-1)?.includes("docs/testing.md#the-promise-under-faults")) ?? [];
    expect(what).toContain(`${sum(1)} runs, ${sum(2).toLocaleString("en")} accepted deliveries`);
    expect(result).toBe("0 lost, 0 doubled, 0 wrong");
    expect(testing).toContain("0 lost, 0 doubled and 0 wrong in each of them");
  });

  it.each([
    ["e/i", "a Node server with one transaction each", "times as many"],
    ["e/d", "the bare insert on the same platform", "of it"],
  ])("are the ratio %s of docs/benchmarks.md", (name, baseline, unit) => {
    const [, ratio] = rowsOf(read("docs/benchmarks.md")).find(([first]) => first === name) ?? [];
    const [, figure] = readme.find(([what]) => what?.includes(baseline)) ?? [];
    expect(figure).toBe(`${ratio} ${unit}`);
  });
});
