/** Writes results of benchmarks to their sections of docs/benchmarks.md. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "..", "..");
const FILE = path.join(ROOT, "docs", "benchmarks.md");

/** The median; NaN without numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Version, date and machine. */
export function machine(): string {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
  const cpus = os.cpus();
  const model = cpus[0]?.model.split(" ").slice(0, 2).join(" ") ?? "unknown";
  const date = new Date().toISOString().slice(0, 10);
  return `Tocsin ${version}, ${date}: ${cpus.length} cores (${model}), shared, Node ${process.version}.`;
}

/** A Markdown table with right-aligned numbers. The formatter aligns it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = head.map((_, column) => rows.every((cells) => /^[\d.,]*$/.test(cells[column] ?? "")));
  return [head, isNumber.map((right) => (right ? "--:" : "---")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** A goal: a measured value of at least `least`, or at most `most`. Without either, the value is only reported. */
export interface Goal {
  what: string;
  measured: number;
  least?: number;
  most?: number;
}

/** A table of goals that says which are met. */
export function goalTable(goals: readonly Goal[]): string {
  return table(
    ["goal", "measured", "wanted", "met"],
    goals.map(({ what, measured, least, most }) => [
      what,
      measured.toFixed(2),
      least !== undefined ? `≥ ${least}` : most !== undefined ? `≤ ${most}` : "",
      least === undefined && most === undefined
        ? ""
        : (least === undefined || measured >= least) && (most === undefined || measured <= most)
          ? "yes"
          : "**no**",
    ]),
  );
}

/** Replaces the section with this title in docs/benchmarks.md. */
export function writeSection(title: string, text: string): void {
  const [intro = "", ...sections] = readFileSync(FILE, "utf8").split(/^## /m);
  const others = sections.filter((section) => !section.startsWith(`${title}\n`));
  const all = [...others, `${title}\n\n${text}\n`].toSorted();
  writeFileSync(
    FILE,
    [intro, ...all.map((section) => `${section.trimEnd()}\n`)].join("\n## ").replaceAll(/\n{3,}/g, "\n\n"),
  );
  execFileSync(path.join(ROOT, "node_modules", ".bin", "oxfmt"), [FILE]);
}
