/** The layout of the repository: allowed imports between folders, kinds of tests, and the coverage of the type check. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "..");

/**
 * The layers of `src/`, top to bottom. A folder imports itself and folders on lower layers; folders on one layer do not import
 * each other. A folder that is not listed fails the test: add it here and in docs/architecture.md.
 */
const LAYERS: readonly (readonly string[])[] = [
  ["index.ts"],
  ["app.ts", "cron.ts"],
  ["console", "mcp"],
  ["api"],
  ["ingest"],
  ["objects/integration"],
  ["objects/writer"],
  ["objects/subscription"],
  ["objects/feed"],
  ["objects/shared"],
  ["db"],
  ["providers"],
  ["verification"],
  ["alerts"],
  ["lib"],
];

/** Folders on lower layers that a folder must not import: the console and the tools are clients of the API. */
const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  console: ["ingest", "objects/integration", "objects/writer", "objects/feed", "objects/subscription", "db"],
  mcp: ["ingest", "objects/integration", "objects/writer", "objects/feed", "objects/subscription", "db"],
};

/** Folders that call the API with the typed client. */
const CLIENTS = new Set(["console", "mcp"]);

/** The packages, and the folders that each may import. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "packages/client": [],
  "packages/cli": ["packages/client", "alerts", "lib", "verification", "providers"],
};

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter((file) => /\.tsx?$/.test(file) && existsSync(path.join(ROOT, file)));

/** The folder of a file of `src/`, or its package; null: neither. */
function folderOf(file: string): string | null {
  const [top, ...rest] = file.split("/");
  if (top === "packages") return `packages/${rest[0]}`;
  if (file === "package.json") return file;
  if (top !== "src") return null;
  return rest[0] === "objects" && rest.length > 2 ? `objects/${rest[1]}` : (rest[0] ?? null);
}

const layerOf = (folder: string): number => LAYERS.findIndex((folders) => folders.includes(folder));

const AMBIENT = new Set(["env.d.ts", "env-optional.d.ts", "node-buffer.d.ts", "node-crypto.d.ts"]);

/** The files that a file imports by a relative path, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  return [...text.matchAll(/(?:from|import|import\()\s*"(\.[^"]+)"/g)].map(([, target = ""]) =>
    path.normalize(path.join(path.dirname(file), target)),
  );
}

function mayImport(from: string, to: string): boolean {
  if (from === to || to === "package.json") return true;
  if (from.startsWith("packages/")) return PACKAGES[from]?.includes(to) ?? false;
  if (to.startsWith("packages/")) return CLIENTS.has(from) && to === "packages/client";
  if (FORBIDDEN[from]?.includes(to)) return false;
  return layerOf(from) < layerOf(to);
}

const sources = files.filter((file) => /^(src|packages\/[^/]+\/src)\//.test(file));

describe("the layers", () => {
  it("contain every file of src/ and packages/", () => {
    const unlisted = sources.filter((file) => {
      const folder = folderOf(file) ?? "";
      return !AMBIENT.has(folder) && layerOf(folder) === -1 && !(folder in PACKAGES);
    });
    expect(unlisted).toEqual([]);
  });

  it("import downwards only", () => {
    const upward = sources
      .filter((file) => !AMBIENT.has(folderOf(file) ?? ""))
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => !mayImport(folderOf(file) ?? "", folderOf(target) ?? ""))
          .map((target) => `${file} imports ${target}`),
      );
    expect(upward).toEqual([]);
  });
});

/** Scripts that may import helpers of tests, each with its reason. */
const SCRIPTS_WITH_TEST_DATA = new Set([
  "scripts/screenshots.ts", // takes screenshots of the data of the console tests
]);

describe("scripts and tests", () => {
  it("depend on each other in one direction: tests import scripts", () => {
    const upward = files
      .filter((file) => /^(scripts|src|packages\/[^/]+\/src)\//.test(file) && !SCRIPTS_WITH_TEST_DATA.has(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => /^test\/(?!providers\/contract)/.test(target))
          .map((target) => `${file} imports ${target}`),
      );
    expect(upward).toEqual([]);
  });
});

describe("unit tests", () => {
  it("need neither workerd nor processes", () => {
    const units = files.filter((file) => /\.test\.tsx?$/.test(file) && !/\.(worker|e2e)\.test\./.test(file));
    const heavy = units.flatMap((file) => {
      const text = readFileSync(path.join(ROOT, file), "utf8");
      const modules = [...text.matchAll(/(?:from|import)\s*"(cloudflare:[^"]+)"/g)].map(([, name = ""]) => name);
      const helpers = importsOf(file).filter((target) =>
        /^test\/support\/(worker|service|payload|browser|object-calls)\.ts$/.test(target),
      );
      return [...modules, ...helpers].map((name) => `${file} imports ${name}`);
    });
    expect(heavy).toEqual([]);
  });
});

describe("the bundle", () => {
  it("is built from the modules that the tests run: no aliases", () => {
    expect(readFileSync(path.join(ROOT, "wrangler.toml"), "utf8")).not.toMatch(/^\s*\[+(\w+\.)*alias\]/m);
    expect(readFileSync(path.join(ROOT, "vitest.config.ts"), "utf8")).not.toMatch(/\balias:/);
  });
});

describe("the type check", () => {
  it("covers every TypeScript file", async () => {
    const tsc = path.join(ROOT, "node_modules/typescript-7/bin/tsc");
    const { references } = JSON.parse(
      readFileSync(path.join(ROOT, "tsconfig.json"), "utf8").replace(/^\s*\/\/.*$/gm, ""),
    ) as { references: { path: string }[] };
    const lists = await Promise.all(
      references.map(async (project) => {
        const flags = [tsc, "-p", project.path, "--listFilesOnly"];
        const { stdout } = await promisify(execFile)(process.execPath, flags, {
          cwd: ROOT,
          maxBuffer: 64 * 1024 * 1024,
        });
        return stdout.split("\n").map((file) => path.relative(ROOT, file));
      }),
    );
    const checked = new Set(lists.flat());
    expect(files.filter((file) => !checked.has(file))).toEqual([]);
  });
});
