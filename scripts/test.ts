/**
 * `npm test [-- <path or vitest option> …]`: unit and worker tests, in two processes side by side. Within one process vitest runs
 * the worker projects one after the other, as each has one runtime.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

/** Projects of each process. Both take about equally long. */
const PROCESSES = [["unit", "worker:api"], ["worker:core"]];

const given = process.argv.slice(2);

const vitest = path.join(import.meta.dirname, "..", "node_modules", "vitest", "vitest.mjs");

const codes = await Promise.all(
  PROCESSES.map(async (projects) => {
    const flags = projects.flatMap((project) => ["--project", project]);
    const child = spawn(
      process.execPath,
      // With a filter, one of the processes may have nothing to run.
      [vitest, "run", ...(given.length > 0 ? ["--passWithNoTests"] : []), ...flags, ...given],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => console.log(line));
    }
    return new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
  }),
);
process.exitCode = Math.max(...codes);
