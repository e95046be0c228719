import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "../..");
const BUNDLE = path.join(ROOT, "public/assets/console");
const MAX_SCRIPT_BYTES = 60 * 1024;

beforeAll(() => {
  for (const script of ["vendor-assets", "bundle-console"])
    execFileSync(process.execPath, [path.join(ROOT, `scripts/${script}.mjs`)]);
});

it.each(["src/console/api-reference.tsx", "src/console/parts/layout.tsx"])(
  "puts every asset of %s into public",
  (file) => {
    const assets = [...readFileSync(path.join(ROOT, file), "utf8").matchAll(/"(\/assets\/[^"]+)"/g)];
    expect(assets.length).toBeGreaterThan(2);
    for (const [, asset = ""] of assets) expect(statSync(path.join(ROOT, "public", asset)).size).toBeGreaterThan(100);
  },
);

it("keeps all scripts of the console below 60 KiB gzipped", () => {
  const scripts = readdirSync(BUNDLE).filter((name) => name.endsWith(".js"));
  const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(path.join(BUNDLE, name))).length, 0);
  expect(bytes).toBeGreaterThan(1000);
  expect(bytes).toBeLessThan(MAX_SCRIPT_BYTES);
});
