/** Fails if SECURITY.md names a test that does not exist. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Failure, run } from "./run.ts";

const ROOT = path.join(import.meta.dirname, "..");

await run(async () => {
  const text = readFileSync(path.join(ROOT, "SECURITY.md"), "utf8");
  const named = [...text.matchAll(/`(test\/[\w/.-]+\.test\.ts)`((?: "[^"]+",?)+)/g)].flatMap(
    ([, file = "", names = ""]) => [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => ({ file, name })),
  );
  if (named.length === 0) throw new Failure("SECURITY.md names no test");
  const missing = named.filter(({ file, name }) => !exists(path.join(ROOT, file), name));
  if (missing.length > 0) {
    throw new Failure(
      missing.map(({ file, name }) => `SECURITY.md names "${name}", which is not in ${file}`).join("\n"),
    );
  }
  console.log(`SECURITY.md names ${named.length} tests, and all of them exist.`);
});

function exists(file: string, name: string): boolean {
  return existsSync(file) && readFileSync(file, "utf8").includes(name);
}
