/**
 * `npm test [-- <path or vitest option> …]`: unit and worker tests, in two processes side by side. Within one process, vitest runs the
 * worker projects one after the other, because each has one runtime. `--all` (`npm run test:all`): every suite in its long form.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

/** Projects of each process. Both processes take about equally long. */
const PROCESSES = [["unit", "worker:api"], ["worker:core"]];

const ROOT = path.join(import.meta.dirname, "..");
const VITEST = path.join(ROOT, "node_modules", "vitest", "vitest.mjs");

const isAll = process.argv.includes("--all");
const args = process.argv.slice(2).filter((arg) => arg !== "--all");
const env = { ...process.env, ...(isAll && { TEST_LONG: "1" }) };

interface Result {
  code: number;
  lines: string[];
}

/** Runs Node with these arguments, and prints its output line by line. */
function node(given: readonly string[]): Promise<Result> {
  const child = spawn(process.execPath, given, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      lines.push(line);
      console.log(line);
    });
  }
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? 1, lines })));
}

const vitest = (projects: readonly string[]): Promise<Result> =>
  // With a filter, a process may have nothing to run.
  node([
    VITEST,
    "run",
    ...(args.length > 0 ? ["--passWithNoTests"] : []),
    ...projects.flatMap((project) => ["--project", project]),
    ...args,
  ]);

/** Prints the failures of a process again, because the output of the other one follows them. */
function repeatFailures({ code, lines }: Result): void {
  if (code === 0) return;
  const begin = lines.findIndex((line) => /Failed (Tests|Suites)|Unhandled Error/.test(line));
  console.log(lines.slice(begin === -1 ? -30 : begin).join("\n"));
}

const results = await Promise.all(PROCESSES.map(vitest));
results.forEach(repeatFailures);
const codes = results.map(({ code }) => code);
if (results.every(({ lines }) => lines.some((line) => line.includes("No test files found")))) {
  console.error(`No test file matches ${args.join(" ")}.`);
  codes.push(1);
}
if (isAll) {
  for (const given of [
    [VITEST, "run", "--project", "e2e"],
    ["scripts/faults.ts"],
    ["scripts/faults.ts", "--mutations"],
  ]) {
    codes.push((await node(given)).code);
  }
}
process.exitCode = Math.max(...codes);
