import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

/** What a run of wrangler came to. */
export interface WranglerRun {
  code: number;
  stdout: string;
  /** Both streams in their order, for people. */
  output: string;
}

/** Runs wrangler with these arguments. Arguments can be read by every process of the machine: no secret goes there. */
export type Wrangler = (args: readonly string[], env?: Record<string, string>) => Promise<WranglerRun>;

const PROGRAM = path.join(
  path.dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
  "bin",
  "wrangler.js",
);

/**
 * A wrangler for one Worker: for a configuration file and one of its environments (none: its top).
 * @param without variables of ours that are no business of wrangler's
 */
export function wranglerFor(
  { config, environment }: { config: string; environment: string | undefined },
  without: readonly string[] = [],
): Wrangler {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !without.includes(name)));
  return (args, env = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [PROGRAM, ...args, `--config=${config}`, `--env=${environment ?? ""}`], {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...own, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", ...env },
      });
      // It is told to end with us.
      const end = () => child.kill();
      process.once("exit", end);
      let [stdout, output] = ["", ""];
      child.stdout.on("data", (chunk) => {
        stdout += String(chunk);
        output += String(chunk);
      });
      child.stderr.on("data", (chunk) => (output += String(chunk)));
      child.once("error", reject);
      child.once("close", (code) => {
        process.off("exit", end);
        resolve({ code: code ?? 1, stdout, output: stripVTControlCharacters(output).trim() });
      });
    });
}
