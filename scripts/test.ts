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

/** Runs Node with these arguments, and prints its output line by line. @returns the exit code */
function node(given: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, given, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => console.log(line));
  }
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}

const vitest = (projects: readonly string[]): Promise<number> =>
  // With a filter, a process may have nothing to run.
  node([
    VITEST,
    "run",
    ...(args.length > 0 ? ["--passWithNoTests"] : []),
    ...projects.flatMap((project) => ["--project", project]),
    ...args,
  ]);

const codes = await Promise.all(PROCESSES.map(vitest));
if (isAll) {
  codes.push(
    await vitest(["e2e"]),
    await node(["scripts/faults.ts"]),
    await node(["scripts/faults.ts", "--mutations"]),
  );
}
process.exitCode = Math.max(...codes);
