/** The packages as `npm pack` makes them, installed into an empty project, on the oldest supported and the current Node. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newFolder, type Ran, start } from "./support/run.ts";

const ROOT = path.join(import.meta.dirname, "..", "..", "..");
const project = newFolder();

/** The files of each package, as `npm pack` lists them. */
const files: Record<string, string[]> = {};

const versionOf = (node: string): string => spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "";

/** The oldest supported Node: of the system, not the development dependency of this repository. */
const node20 = (process.env.PATH ?? "")
  .split(path.delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .map((folder) => path.join(folder, "node"))
  .find((node) => versionOf(node).startsWith("v20."));

/** A fake service with one alert in the list. It accepts any delivery. */
const server = createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  const isList = request.method === "GET" && request.headers.authorization === "Bearer key";
  if (isList) response.end(JSON.stringify({ data: [{ id: "a1", title: "Disk full" }], nextCursor: null }));
  else response.writeHead(202).end(JSON.stringify({ deliveryId: "d1", status: "accepted", alerts: [] }));
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tarballs = ["client", "cli"].map((name) => {
    // Runs `prepare`, which builds the package.
    const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", project, "-w", `packages/${name}`], {
      cwd: ROOT,
      encoding: "utf8",
    });
    const [tarball] = Object.values(JSON.parse(packed.slice(packed.search(/^[[{]/m))) as object) as [
      { filename: string; files: { path: string }[] },
    ];
    files[name] = tarball.files.map((file) => file.path).toSorted();
    return `./${tarball.filename}`;
  });
  writeFileSync(path.join(project, "package.json"), '{ "name": "empty", "version": "1.0.0", "type": "module" }');
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs], { cwd: project });
});
afterAll(() => server.close());

const installed = (...names: string[]): string => path.join(project, "node_modules", ...names);
const manifest = (name: string) =>
  JSON.parse(readFileSync(installed(name, "package.json"), "utf8")) as {
    version: string;
    bin?: { tocsin: string };
    dependencies?: Record<string, string>;
  };

describe("the packages", () => {
  it("contain only the listed files", () => {
    expect(files.cli).toEqual([
      "LICENSE",
      "README.md",
      "dist/third-party-licenses.txt",
      "dist/tocsin.js",
      "package.json",
    ]);
    expect(files.client).toEqual([
      "LICENSE",
      "README.md",
      "dist/index.d.ts",
      "dist/index.js",
      "dist/schema.d.ts",
      "package.json",
    ]);
    expect(manifest("tocsin").dependencies).toBeUndefined();
    expect(Object.keys(manifest("@tocsin/client").dependencies ?? {})).toEqual(["openapi-fetch"]);
    expect(readFileSync(installed("tocsin", "dist", "tocsin.js"), "utf8")).not.toMatch(/cloudflare:|DurableObject/);
  });

  it.each(["NodeNext", "Bundler"])("export their types to a program with moduleResolution %s", (moduleResolution) => {
    const program = [
      'import { createTocsinClient, type Schemas } from "@tocsin/client";',
      'const client = createTocsinClient({ baseUrl: "https://tocsin.example.com", apiKey: "key" });',
      'const { data } = await client.GET("/v1/alerts", { params: { query: { status: ["OPEN"] } } });',
      'export const alerts: Schemas["Alert"][] = data?.data ?? [];',
      "// @ts-expect-error no such path",
      'await client.GET("/v1/nowhere");',
    ];
    writeFileSync(path.join(project, "program.ts"), program.join("\n"));
    const module = moduleResolution === "NodeNext" ? "NodeNext" : "ESNext";
    const compilerOptions = { strict: true, noEmit: true, target: "ES2024", module, moduleResolution, types: [] };
    const lib = ["ES2024", "DOM", "DOM.Iterable"];
    writeFileSync(
      path.join(project, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { ...compilerOptions, lib }, files: ["program.ts"] }),
    );
    const compiler = path.join(ROOT, "node_modules", "typescript-7", "bin", "tsc");
    const { stdout } = spawnSync(process.execPath, [compiler, "-p", project], { encoding: "utf8" });
    expect(stdout).toBe("");
  });
});

describe.each([
  ["v20", node20],
  ["v24", process.execPath],
])("on Node %s", (version, node) => {
  if (node === undefined) console.warn(`Skipped: no Node ${version} on PATH outside node_modules.`);

  const run = (args: string[], options: { env?: Record<string, string>; input?: string } = {}): Promise<Ran> =>
    start(node ?? "", args, { cwd: project, ...options }).ended;

  describe.skipIf(node === undefined)("the installed packages", () => {
    it("run on that version", async () => {
      expect(versionOf(node ?? "")).toMatch(new RegExp(`^${version}\\.`));
    });

    it("list and send with the CLI", async () => {
      const program = installed("tocsin", manifest("tocsin").bin?.tocsin ?? "");
      expect(await run([program, "--version"])).toEqual({
        exitCode: 0,
        stdout: `${manifest("tocsin").version}\n`,
        stderr: "",
      });
      const list = await run([program, "integrations", "list", "--json", "--url", url, "--key", "key"]);
      expect(list).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"Disk full"'), stderr: "" });
      const sent = await run([program, "send", "--url", `${url}/in/1`], {
        env: { TOCSIN_SECRET: "s3cret" },
        input: "{}",
      });
      expect(sent).toEqual({ exitCode: 0, stdout: "202 accepted: delivery d1\n", stderr: "" });
    });

    it("read alerts with the client", async () => {
      const program = [
        'import { createTocsinClient } from "@tocsin/client";',
        `const client = createTocsinClient({ baseUrl: "${url}", apiKey: "key" });`,
        'const { data } = await client.GET("/v1/alerts");',
        "console.log(data.data[0].title);",
      ];
      writeFileSync(path.join(project, "program.js"), program.join("\n"));
      expect(await run(["program.js"])).toEqual({ exitCode: 0, stdout: "Disk full\n", stderr: "" });
    });
  });
});
