/** Fails if SECURITY.md names a test that does not exist. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Failure, run } from "./run.ts";

const ROOT = path.join(import.meta.dirname, "..");

/** `- \`test/x.test.ts\`: "name of the test"`. */
const TEST = /^ +- `([^`]+)`: "(.+)"$/;

await run(async () => {
  const lines = readFileSync(path.join(ROOT, "SECURITY.md"), "utf8").split("\n");
  // Every nested list item is a test.
  const items = lines.filter((line) => /^ +- /.test(line));
  const missing = items.filter((item) => !exists(item));
  if (items.length === 0) throw new Failure("SECURITY.md names no tests");
  if (missing.length > 0) {
    throw new Failure(`SECURITY.md names tests that do not exist. Correct their file or name.\n${missing.join("\n")}`);
  }
  console.log(`All ${items.length} tests that SECURITY.md names exist.`);
});

function exists(item: string): boolean {
  const [, file = "", name = ""] = TEST.exec(item) ?? [];
  if (file === "" || !existsSync(path.join(ROOT, file))) return false;
  const text = readFileSync(path.join(ROOT, file), "utf8");
  return text.includes(`"${name}"`) || text.includes(`\`${name}\``);
}
