/** Figures in README are those of the pages with the measurements. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const read = (file: string): string => readFileSync(path.join(import.meta.dirname, "../..", file), "utf8");
const readme = read("README.md").split(/\s+/).join(" ");

const count = (cell: string): number => Number(cell.replaceAll(",", ""));

describe("README's figures", () => {
  it("on faults are the sums of docs/testing.md", () => {
    const rows = [...read("docs/testing.md").matchAll(/^\| [^|]+ \| +(\d+) \| +([\d,]+) \| +[\d,]+ \|$/gm)];
    const sum = (column: number) => rows.reduce((total, row) => total + count(row[column]!), 0);
    expect(rows.length).toBeGreaterThan(20);
    expect(readme).toContain(`in ${sum(1)} runs under signed load with ${sum(2).toLocaleString("en")} acknowledged`);
    expect(read("docs/testing.md")).toContain("0 lost, 0 doubled and 0 wrong in each of them");
  });

  it("on load are the ratios of docs/benchmarks.md", () => {
    const ratio = (name: string) =>
      Number(new RegExp(`^\\| ${name} +\\| +([\\d.]+) \\|`, "m").exec(read("docs/benchmarks.md"))![1]);
    expect(readme).toContain(`${ratio("e/i")} times as many deliveries a second as a Node server`);
    expect(readme).toContain(`${ratio("e/d")} of what the platform takes for the bare insert`);
  });
});
