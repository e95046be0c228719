/**
 * `npm run bench -- <name> [options]`: runs a benchmark and writes its section of docs/benchmarks.md. Without a name: those of ingest, one
 * after another.
 */
import { spawnSync } from "node:child_process";
import { Failure, run } from "./run.ts";

/** Files of scripts/bench/ that can be run. The others are parts of them. */
const NAMES = [
  "api", "depth", "feed", "idle", "ingest", "many", "profile", "quiet", "retention", "roundtrip", "rows", "storm", "subscriptions",
]; // prettier-ignore

/** What `npm run bench` runs, each in a process of its own. */
const INGEST = ["ingest", "quiet", "storm", "rows", "profile"];

await run(async () => {
  const [name = "--", ...options] = process.argv.slice(2);
  if (name.startsWith("--")) {
    const command = (one: string) => [import.meta.filename, one, name, ...options];
    const failed = INGEST.filter((one) => spawnSync(process.execPath, command(one), { stdio: "inherit" }).status !== 0);
    if (failed.length > 0) throw new Failure(`Failed: ${failed.join(", ")}.`);
    return;
  }
  if (!NAMES.includes(name)) throw new Failure(`Name a benchmark: npm run bench -- ${NAMES.join("|")}`);
  await import(`./bench/${name}.ts`);
});
