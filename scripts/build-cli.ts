/**
 * Bundles the command line to plain JavaScript for Node 20: Node strips no types in node_modules, where the package is
 * installed, and on the machine of who clones it the system's Node may be older than ours.
 */
import { chmodSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.join(import.meta.dirname, "..");
const outdir = path.join(root, "dist", "cli");

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { tocsin: "packages/cli/src/main.ts" },
  outdir,
  bundle: true,
  // What few commands need stays in files of its own, which the others do not load.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minify: true,
  tsconfigRaw: {},
  logLevel: "warning",
});
chmodSync(path.join(outdir, "tocsin.js"), 0o755);
