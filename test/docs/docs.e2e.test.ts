/** Every command, program, example and reference of the docs, held to what it says. */
import { globSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDocument } from "../support/openapi.ts";
import { parsePage, readPage } from "./markdown.ts";
import { readProject, referenceProblems } from "./references.ts";
import { blockProblems } from "./rules.ts";
import { ROOT, startWorld, type World } from "./world.ts";

const pages = globSync(["*.md", "docs/**/*.md"], { cwd: ROOT })
  .toSorted()
  .map((file) => readPage(ROOT, file));
const project = readProject(ROOT, pages, readDocument());

describe("what a page names is there", () => {
  it.each(pages)("in $file", (page) => {
    expect(referenceProblems(page, project)).toEqual([]);
  });

  it("also by a path's beginning", () => {
    const page = parsePage("docs/fine.md", "All of `/v1/*`, `GET /v1/alerts/*`, `/v1/alerts/{id}`, `/in/…`.");
    expect(referenceProblems(page, project)).toEqual([]);
  });

  it.each([
    ["a file that is gone", "[there](gone.md)", "gone.md leads nowhere"],
    ["a picture that is gone", "![there](console/gone.png)", "console/gone.png leads nowhere"],
    ["a file outside of the project", "[there](../../etc/hosts)", "../../etc/hosts leads nowhere"],
    ["a heading that is gone", "[there](scale.md#nothing)", "there is no heading for scale.md#nothing"],
    ["a heading of its own that is gone", "# A\n[there](#b)", "there is no heading for #b"],
    ["a name that stands for nothing", "[there][gone]", "[gone] stands for no link"],
    ["a name that stands for a file that is gone", "[there][a]\n[a]: gone.md", "gone.md leads nowhere"],
    ["a script that is gone", "Do `npm run gone:now`.", "package.json has no script gone:now"],
    ["a route that is gone", "Ask `GET /v1/gone`.", "the OpenAPI document has no GET /v1/gone"],
    ["a method that is gone", "Ask `PUT /v1/alerts/{id}`.", "the OpenAPI document has no PUT /v1/alerts/{id}"],
    ["a source file that is gone", "See `src/gone.ts`.", "there is no src/gone.ts"],
    ["a setting that is gone", "Set `GONE_AND_AWAY`.", "nothing here reads GONE_AND_AWAY"],
  ])("or else it is noticed: %s", (_, text, problem) => {
    const page = parsePage("docs/broken.md", `\n${text}\n`);
    expect(referenceProblems(page, project)).toEqual([expect.stringMatching(/^docs\/broken\.md:[23]: /)]);
    expect(referenceProblems(page, project)[0]).toContain(problem);
  });
});

describe("what a page shows is so", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.end());

  it.each(pages.filter(({ blocks }) => blocks.length > 0))("in $file", async (page) => {
    expect((await blockProblems(page, world)).join("\n\n")).toBe("");
  });

  const API = "http://127.0.0.1:8787/v1";
  const KEY = '-H "Authorization: Bearer $ROOT_API_KEY"';
  it.each([
    ["a command that fails", "```sh\nfalse\n```", /:1: fails/],
    ["a command that nobody has", "```sh\nno-such-program\n```", /:1: fails:[^]*not found/],
    ["a variable that nothing set", '```sh\necho "$NOTHING"\n```', /:1: fails:[^]*unbound/],
    ["a value that the reader must have and has not", "```sh\nTOKEN=…\n```", /:1: fails:[^]*unbound/],
    ["an error of HTTP", `\`\`\`sh\ncurl -sS ${API}/alerts\n\`\`\``, /:1: fails:[^]*error: 401/],
    ["a stream that is refused", `\`\`\`sh\ncurl -sSN ${API}/alerts/stream\n\`\`\``, /:1: fails/],
    ["no error where one is shown", `\`\`\`sh status=404\ncurl -sS ${API}/alerts ${KEY}\n\`\`\``, /:1: fails/],
    ["what comes after a failure", "```sh\nfalse\n```\n```sh\ntrue\n```", /:4: is never reached/],
    ["other output", "```sh\necho one\n```\n```\ntwo\n```", /:4: the output is another one/],
    ["another value", '```sh\necho \'{"a":1,"b":2}\'\n```\n```json\n{"a":2}\n```', /:4: \/a is 1, not 2/],
    ["a script that is gone", "```sh\nnpm run gone\n```", /:1: fails:\npackage.json has no script gone/],
    ["an option that is gone", "```sh\nnpm run test:faults -- --gone\n```", /:1: fails:[^]*takes no --gone/],
    ["a command of wrangler that is gone", "```sh\nnpx wrangler secret gone A\n```", /:1: fails:[^]*no command/],
    ["an option of wrangler that is gone", "```sh\nnpx wrangler deploy --gone\n```", /:1: fails:[^]*takes no --gone/],
    ["a secret that nothing reads", "```sh\nnpx wrangler secret put GONE\n```", /:1: fails:[^]*knows no GONE/],
    ["a program that is wrong", '```ts\nconst a: number = "one";\n```', /:2: error TS2322/],
    ["a program that throws", '```ts\nthrow new Error("no");\n```', /:1: fails/],
    ["JSON that is none", "```json\n{,}\n```", /:1: .*JSON/],
    ["an alert that is none", '```json Alert\n{ "id": 1 }\n```', /:1: /],
    ["a body that is refused", '```json POST /v1/integrations\n{ "name": "A" }\n```', /:1: .*provider/],
    ["SQL that is none", "```sql\nALTER TABEL a;\n```", /:1: syntax error/],
    ["text that is not closed", "```text\nf(\n```", /:1: .*not closed/],
    ["a program of others that no rule knows", "```sh\nnpx neonctl gone\n```", /:1: fails:[^]*no rule knows gone/],
    ["YAML that is none", "```yaml\na: [\n```", /:1: /],
    ["a field that wrangler has not", "```toml\n[gone]\na = 1\n```", /:1: .*gone|additional/],
    ["a drawing that is too wide", `\`\`\`\n${"─".repeat(126)}\n\`\`\``, /:1: is 126 columns wide/],
    ["a block of no kind", "```\nwhatever\n```", /:1: falls under no rule/],
  ])("or else it is noticed: %s", async (_, text, problem) => {
    expect((await blockProblems(parsePage("docs/broken.md", text), world)).join("\n\n")).toMatch(problem);
  });
});
