// Copies the files of Swagger UI that /docs loads into public/assets/swagger-ui, which git ignores.
// wrangler runs it before each build ([build] in wrangler.toml), on the Node of the caller, so this is plain JavaScript.
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "LICENSE", "NOTICE"];

const require = createRequire(import.meta.url);
const source = path.dirname(require.resolve("swagger-ui-dist/package.json"));
const target = path.join(import.meta.dirname ?? "scripts", "..", "public", "assets", "swagger-ui");
const marker = path.join(target, "VERSION");
const { version } = require("swagger-ui-dist/package.json");

mkdirSync(target, { recursive: true });
if (readIfPresent(marker) !== version) {
  for (const name of FILES) {
    // A rename replaces the file at once: a running `wrangler dev` never serves half of it.
    const partial = path.join(target, `${name}.${process.pid}`);
    copyFileSync(path.join(source, name), partial);
    renameSync(partial, path.join(target, name));
  }
  writeFileSync(marker, version);
}

/** @param {string} file */
function readIfPresent(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
