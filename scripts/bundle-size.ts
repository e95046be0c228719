/** What a deploy would upload, gzipped, and whether it keeps to its bound. Run after the build. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BOUND_KIB = 500;

const kib = gzipSync(readFileSync("dist/index.js")).length / 1024;
console.log(`The Worker is ${kib.toFixed(0)} KiB gzipped, of ${BOUND_KIB} at most.`);
if (kib > BOUND_KIB) {
  console.error("Look for what came in with `npm run build -- --metafile dist/meta.json`, and see src/bundle/.");
  process.exitCode = 1;
}
