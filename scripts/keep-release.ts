/** `npm run release:keep`: keeps this version's bundle in test/releases, for the next one to be upgraded to from. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { keepRelease } from "./releases.ts";
import { run } from "./run.ts";
import { buildBundle } from "./workerd.ts";

await run(async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-release-"));
  keepRelease(version, buildBundle(directory));
  rmSync(directory, { recursive: true, force: true });
  console.log(`test/releases has ${version} now.`);
});
