import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readWorkerConfig, WRANGLER_TOML } from "../../../scripts/worker-config.ts";

const read = (file: string) => readFileSync(path.join(import.meta.dirname, "..", "..", "..", file), "utf8");
const { requiredSecrets } = readWorkerConfig(WRANGLER_TOML, undefined);
const manifest = JSON.parse(read("package.json")) as {
  repository: string;
  cloudflare: { bindings: Record<string, { description: string }> };
};

describe("The button that deploys", () => {
  it("requests the secrets that the Worker requires, suggests no value, and describes each", () => {
    const lines = read(".dev.vars.example").split("\n");
    expect(lines.filter((line) => line !== "" && !line.startsWith("#"))).toEqual(
      requiredSecrets.map((name) => `${name}=`),
    );
    expect(Object.keys(manifest.cloudflare.bindings)).toEqual(requiredSecrets);
  });

  it("names the repository of package.json in every document", () => {
    const addresses = ["README.md", "docs/deploy/first.md"].flatMap((file) =>
      [...read(file).matchAll(/deploy\.workers\.cloudflare\.com\/\?url=([^)\s]+)/g)].map(([, address]) => address),
    );
    expect(addresses).not.toEqual([]);
    expect(new Set(addresses)).toEqual(new Set([manifest.repository]));
  });
});
