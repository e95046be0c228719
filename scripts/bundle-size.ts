/** Fails if the bundle that a deployment uploads is larger than its bound. Runs after the build. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** Cloudflare allows 3 MB after compression (free plan). A sudden growth is an accident long before that. */
const MAX_KIB = 1024;

const kib = gzipSync(readFileSync("dist/index.js")).length / 1024;
console.log(`The Worker is ${kib.toFixed(0)} KiB gzipped. The bound is ${MAX_KIB} KiB.`);
if (kib > MAX_KIB) {
  console.error("Find the cause with `npm run build -- --metafile dist/meta.json`.");
  process.exitCode = 1;
}
