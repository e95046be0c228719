/** `npm run bench -- <name> [options]`: runs a benchmark and writes its section of docs/benchmarks.md. */
import { Failure, run } from "./run.ts";

/** Files of scripts/bench/ that can be run. The others are parts of them. */
const NAMES = [
  "api", "depth", "idle", "ingest", "many", "profile", "quiet", "retention", "roundtrip", "rows", "storm", "subscriptions",
]; // prettier-ignore

await run(async () => {
  const name = process.argv[2] ?? "";
  if (!NAMES.includes(name)) throw new Failure(`Name a benchmark: npm run bench -- ${NAMES.join("|")}`);
  await import(`./bench/${name}.ts`);
});
