/** Everything that a page of the docs refers to exists. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { ApiDocument } from "../../scripts/openapi-document.ts";
import { parsePage, readPage } from "./markdown.ts";
import { brokenReferences, readProject } from "./references.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const document = JSON.parse(readFileSync(path.join(ROOT, "docs/openapi.json"), "utf8")) as ApiDocument;
const pages = globSync(["*.md", "docs/**/*.md"], { cwd: ROOT })
  .toSorted()
  .map((file) => readPage(ROOT, file));
const project = readProject(ROOT, pages, document);

describe("the references of the docs", () => {
  it.each(pages)("lead somewhere in $file", (page) => {
    expect(brokenReferences(page, project)).toEqual([]);
  });

  it("may name the beginning of routes", () => {
    const page = parsePage("docs/x.md", "All of `/v1/*`, `GET /v1/alerts/*`, `/v1/alerts/{id}`, `/in/…`.");
    expect(brokenReferences(page, project)).toEqual([]);
  });

  it.each([
    ["[there](gone.md)", "no file gone.md"],
    ["![there](console/gone.png)", "no file console/gone.png"],
    ["[there](../../etc/hosts)", "no file ../../etc/hosts"],
    ["[there](scale.md#nothing)", "no heading for scale.md#nothing"],
    ["# A\n[there](#b)", "no heading for #b"],
    ["[there][a]\n[a]: gone.md", "no file gone.md"],
    ["Run `npm run gone:now`.", "no npm script gone:now"],
    ["Call `GET /v1/gone`.", "no operation GET /v1/gone"],
    ["Call `PUT /v1/alerts/{id}`.", "no operation PUT /v1/alerts/{id}"],
    ["See `src/gone.ts`.", "no file src/gone.ts"],
    ["Uses `@gone/package`.", "no dependency @gone/package"],
  ])("are reported when broken: %j", (text, problem) => {
    expect(brokenReferences(parsePage("docs/broken.md", text), project)).toEqual([
      expect.stringMatching(
        new RegExp(`^docs/broken\\.md:\\d: ${problem.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`),
      ),
    ]);
  });
});

describe("docs/architecture.md", () => {
  const text = readFileSync(path.join(ROOT, "docs/architecture.md"), "utf8");

  it("names every folder of src/", () => {
    const folders = globSync(["src/*/", "src/objects/*/"], { cwd: ROOT }).map((folder) => folder.replace(/^src\//, ""));
    expect(folders.length).toBeGreaterThan(8);
    expect(folders.filter((folder) => !text.includes(`${folder}/`))).toEqual([]);
  });

  it("names every Durable Object class", () => {
    const classes = [...readFileSync(path.join(ROOT, "wrangler.toml"), "utf8").matchAll(/^class_name = "(\w+)"$/gm)];
    expect(classes.length).toBeGreaterThan(1);
    expect(classes.map(([, name = ""]) => name).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
