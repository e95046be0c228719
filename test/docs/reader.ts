/** What the stand-ins for a reader's programs share. */
import { spawnSync } from "node:child_process";

/** Ends a stand-in, as a command that failed. */
export function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}

/** Runs the program that a reader has under this name, with our input and output, and ends as it does. */
export function asTheReader(program: string, given: string[]): never {
  const { status, error } = spawnSync(program, given, {
    stdio: "inherit",
    env: { ...process.env, PATH: process.env.READERS_PATH },
  });
  if (error) fail(error.message);
  process.exit(status ?? 1);
}
