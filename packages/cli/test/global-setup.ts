import { execFileSync } from "node:child_process";
import path from "node:path";

/** Builds the command line as `npm ci` does: the tests run what users run. */
export default function setup(): void {
  execFileSync(process.execPath, [path.join(import.meta.dirname, "..", "..", "scripts", "build-cli.ts")]);
}
