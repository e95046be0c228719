// Bundles the scripts and styles of the console (src/console/client, src/console/styles) into public/assets/console, which git ignores.
// wrangler runs it before each build ([build] in wrangler.toml), on the Node of the caller, so this is plain JavaScript.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const ROOT = path.join(import.meta.dirname ?? "scripts", "..");
const TARGET = path.join(ROOT, "public", "assets", "console");

const { outputFiles } = await build({
  absWorkingDir: ROOT,
  entryPoints: {
    console: "src/console/client/console.ts",
    alerts: "src/console/client/alerts.ts",
    "api-reference": "src/console/client/api-reference.ts",
    style: "src/console/styles/index.css",
  },
  outdir: TARGET,
  bundle: true,
  splitting: true,
  minify: true,
  write: false,
  format: "esm",
  // light-dark() and CSS nesting: Chrome 123, Safari 17.5, Firefox 120.
  target: ["chrome123", "safari17.5", "firefox120"],
  chunkNames: "[name]-[hash]",
  // Components that the Worker renders with hono/jsx run in the browser with hono/jsx/dom (docs/decisions/0010-console-client.md).
  jsx: "automatic",
  jsxImportSource: "hono/jsx/dom",
  tsconfigRaw: {},
  logLevel: "warning",
});

mkdirSync(TARGET, { recursive: true });
for (const { path: file, contents } of outputFiles) {
  if (readIfPresent(file)?.equals(contents)) continue;
  // A rename replaces the file at once: a running `wrangler dev` never serves half of it.
  writeFileSync(`${file}.${process.pid}`, contents);
  renameSync(`${file}.${process.pid}`, file);
}
const built = new Set(outputFiles.map(({ path: file }) => path.basename(file)));
for (const name of readdirSync(TARGET)) {
  // Files with a process id belong to a build that runs at the same time.
  if (!built.has(name) && !/\.\d+$/.test(name)) rmSync(path.join(TARGET, name), { force: true });
}

/** @param {string} file */
function readIfPresent(file) {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
