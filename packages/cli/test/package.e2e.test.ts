/** The package as `npm pack` makes it: what is in it, and that it runs where it is installed. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { newFolder, start } from "./support/run.ts";

const ROOT = path.join(import.meta.dirname, "..", "..");

it("holds the command line and the client, nothing of the Worker, and runs from node_modules by itself", async () => {
  const folder = newFolder();
  // The test run has built what it holds.
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const [pack] = [JSON.parse(packed)].flatMap((answer: object) => Object.values(answer)) as [
    { filename: string; files: { path: string }[] },
  ];
  const rooms = new Set(pack.files.map((file) => file.path.replace(/^(dist\/cli|src\/client)\/.*/, "$1")));
  expect([...rooms].toSorted()).toEqual(["LICENSE", "README.md", "dist/cli", "package.json", "src/client"]);

  const home = path.join(folder, "node_modules", "tocsin");
  mkdirSync(home, { recursive: true });
  execFileSync("tar", ["-xzf", path.join(folder, pack.filename), "--strip-components=1", "-C", home]);
  const manifest = JSON.parse(readFileSync(path.join(home, "package.json"), "utf8")) as {
    version: string;
    bin: { tocsin: string };
  };
  const ran = await start(path.join(home, manifest.bin.tocsin), ["--version"]).ended;
  expect(ran).toEqual({ exitCode: 0, stdout: `${manifest.version}\n`, stderr: "" });
  const sent = await start(path.join(home, manifest.bin.tocsin), ["completion", "bash"]).ended;
  expect(sent).toMatchObject({ exitCode: 0, stderr: "" });
});
