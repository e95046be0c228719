/** Every command, program and example of the docs works. References: references.test.ts. */
import { globSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { callsOf, readDocument, Validator } from "../support/openapi.ts";
import { type Reader, ROOT, startReader } from "./environment.ts";
import { type Block, type Page, parsePage, readPage } from "./markdown.ts";
import { isShown } from "./output.ts";
import { commandsOf, type Outcome, runSession } from "./session.ts";

const pages = globSync(["*.md", "docs/**/*.md"], { cwd: ROOT })
  .toSorted()
  .map((file) => readPage(ROOT, file));
const document = readDocument();
const validator = new Validator(document);

let reader: Reader;
beforeAll(async () => {
  reader = await startReader();
});
afterAll(() => reader.end());

/** Runs the commands and programs of a page, and returns the failures: file, line and reason. */
async function problemsOf(page: Page): Promise<string[]> {
  const blocks = page.blocks.filter((block) => commandsOf(block, page) !== "");
  const outcomes = blocks.length > 0 ? await runSession(page, blocks, reader) : new Map<Block, Outcome>();
  return page.blocks.flatMap((block) => {
    const problem = problemOf(block, page, outcomes);
    return problem === null ? [] : [`${page.file}:${block.line}: ${problem}`];
  });
}

function problemOf(block: Block, { file }: Page, outcomes: Map<Block, Outcome>): string | null {
  const { language, note, text, previous } = block;
  const outcome = outcomes.get(block);
  if (outcome) return outcome.state === "passed" ? null : `${outcome.state}\n${outcome.output}`.trim();
  const before = previous && outcomes.get(previous);
  const isOutput = ["", "text", "console"].includes(language) || (language === "json" && note === "");
  if (isOutput && before && ["sh", "ts"].includes(previous.language)) {
    const isWrong = before.state === "passed" && !isShown(text, before.output);
    return isWrong ? `the output differs:\n${before.output.trim()}` : null;
  }
  if (language === "yaml") return parseAllDocuments(text).flatMap(({ errors }) => errors)[0]?.message ?? null;
  if (language !== "json") return null;
  // Templates of a provider leave values open: `"id": {id}`.
  const isTemplate = file.startsWith("docs/providers/");
  return jsonProblem(isTemplate ? text.replaceAll(/(?<=:\s*)\{\w+\}/g, "null") : text, note);
}

/** @param kind a schema (`Alert`) or a request body (`POST /v1/integrations`); empty: any JSON */
function jsonProblem(text: string, kind: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return String(error);
  }
  const [method = "", route = ""] = kind.split(" ");
  const schema =
    document.components.schemas?.[kind] ??
    callsOf(document).find((call) => call.method === method && call.path === route)?.body?.schema;
  return schema === undefined ? null : (validator.errors(schema, value)[0] ?? null);
}

describe("every command and example works", () => {
  it.each(pages.filter(({ blocks }) => blocks.length > 0))("in $file", async (page) => {
    expect((await problemsOf(page)).join("\n\n")).toBe("");
  });
});

const API = "http://127.0.0.1:8787/v1";
const KEY = '-H "Authorization: Bearer $ROOT_API_KEY"';

describe("a broken page is reported", () => {
  it.each([
    ["a command that fails", "```sh\nfalse\n```", /:1: failed/],
    ["an unset variable", '```sh\necho "$NOTHING"\n```', /:1: failed[^]*unbound/],
    ["an HTTP error", `\`\`\`sh\ncurl -sS ${API}/alerts\n\`\`\``, /:1: failed[^]*error: 401/],
    ["another status", `\`\`\`sh status=404\ncurl -sS ${API}/alerts ${KEY}\n\`\`\``, /:1: failed/],
    ["a block after a failure", "```sh\nfalse\n```\n```sh\ntrue\n```", /:4: not reached/],
    ["other output", "```sh\necho one\n```\n```\ntwo\n```", /:4: the output differs/],
    ["another value", '```sh\necho \'{"a":1,"b":2}\'\n```\n```json\n{"a":2}\n```', /:4: the output differs/],
    ["an unknown npm script", "```sh\nnpm run gone\n```", /:1: failed\npackage.json has no script gone/],
    ["an unknown option", "```sh\nnpm run test:faults -- --gone\n```", /:1: failed[^]*takes no --gone/],
    ["an unknown wrangler option", "```sh\nnpx wrangler deploy --gone\n```", /:1: failed[^]*takes no --gone/],
    ["a type error", '```ts\nconst a: number = "one";\n```', /:1: failed[^]*error TS2322/],
    ["a program that throws", '```ts\nthrow new Error("no");\n```', /:1: failed/],
    ["invalid JSON", "```json\n{,}\n```", /:1: .*JSON/],
    ["an invalid request body", '```json POST /v1/integrations\n{ "name": "A" }\n```', /:1: .*provider/],
    ["invalid YAML", "```yaml\na: [\n```", /:1: /],
  ])("for %s", async (_, text, problem) => {
    expect((await problemsOf(parsePage("docs/broken.md", text))).join("\n\n")).toMatch(problem);
  });
});
