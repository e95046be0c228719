import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

export interface WranglerResult {
  code: number;
  stdout: string;
  /** Both streams, in order. */
  output: string;
}

/** Runs wrangler. Every process of the machine can read the arguments: put no secret there. */
export type Wrangler = (args: readonly string[], env?: Record<string, string>) => Promise<WranglerResult>;

const PROGRAM = path.join(
  path.dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
  "bin",
  "wrangler.js",
);

/**
 * Binds wrangler to a configuration file and one of its environments.
 * @param hidden environment variables that wrangler does not get
 */
export function wranglerFor(
  { config, environment }: { config: string; environment: string | undefined },
  hidden: readonly string[] = [],
): Wrangler {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !hidden.includes(name)));
  return (args, env = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [PROGRAM, ...args, `--config=${config}`, `--env=${environment ?? ""}`], {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...inherited, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", ...env },
      });
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

/** The JSON that a command printed; null if it printed something else. */
export function jsonOf<T>({ stdout }: WranglerResult): T | null {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    return null;
  }
}
