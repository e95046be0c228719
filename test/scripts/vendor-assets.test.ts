import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "../..");

it("puts every asset that /docs loads into public", () => {
  execFileSync(process.execPath, [path.join(ROOT, "scripts/vendor-assets.mjs")]);
  const page = readFileSync(path.join(ROOT, "src/console/api-reference.tsx"), "utf8");
  const assets = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, asset = ""]) => asset);
  expect(assets).toHaveLength(4);
  for (const asset of assets) expect(statSync(path.join(ROOT, "public", asset)).size).toBeGreaterThan(100);
});
