/** Bundles the CLI into packages/cli/dist/tocsin.js: one file of plain JavaScript for Node 20, without dependencies. */
import { chmodSync, renameSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const folder = path.join(import.meta.dirname, "..", "packages", "cli");
const outfile = path.join(folder, "dist", `.tocsin-${process.pid}.js`);

await build({
  absWorkingDir: folder,
  entryPoints: ["src/main.ts"],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minify: true,
  // Commander is CommonJS, and requires the modules of Node.
  banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
  tsconfigRaw: {},
  logLevel: "warning",
});
chmodSync(outfile, 0o755);
// Atomically: a running test may start the program at any time.
renameSync(outfile, path.join(folder, "dist", "tocsin.js"));
