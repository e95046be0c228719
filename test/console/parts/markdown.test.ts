import { html } from "hono/html";
import { describe, expect, it } from "vitest";
import { Markdown } from "../../../src/console/parts/markdown.tsx";
import { PROVIDERS } from "../../../src/providers/index.ts";
import { fillSetup } from "../../../src/providers/setup.ts";

const render = async (text: string, values: string[] = []): Promise<string> =>
  (await html`${Markdown({ text, values })}`).toString();

const ENTITIES: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };

const decode = (escaped: string): string =>
  escaped.replaceAll(/&(?:lt|gt|quot|amp|#39);/g, (entity) => ENTITIES[entity] ?? "");

/** What the copy buttons of the blocks copy. */
const copiedBlocks = (page: string): string[] =>
  [...page.matchAll(/<\/pre><button [^>]*data-copy="([^"]*)"/g)].map(([, text = ""]) => decode(text));

/** The fenced code of a text, without the indentation of its fence. */
const fencedBlocks = (text: string): string[] =>
  [...text.matchAll(/^( *)```[^\n]*\n([^]*?)\n\1```$/gm)].map(([, indentation = "", code = ""]) =>
    code.replaceAll(new RegExp(`^${indentation}`, "gm"), ""),
  );

const ADDRESS = "https://tocsin.example.com/in/0192f0a5-5c3c-7cc2-9d5b-6a0f8a1b2c3d.abcdefgh";
const SECRET = "s3cret-of-<this>-&-integration";

describe("Markdown", () => {
  it.each([...PROVIDERS.values()])(
    "shows the setup steps of $id, and copies their code as it is written",
    async (provider) => {
      const { setup, verification } = provider;
      const filled = fillSetup(provider, { id: "i1", ingestUrl: ADDRESS, verification, secret: SECRET });
      for (const text of [setup, filled]) {
        const page = await render(text);
        expect(page).not.toMatch(/```|\| *---|\*\*/);
        const blocks = fencedBlocks(text);
        expect(copiedBlocks(page)).toEqual(blocks);
        expect(blocks).toHaveLength((text.match(/^ *```/gm) ?? []).length / 2);
      }
    },
  );

  it("keeps code, text and numbers of a list item together", async () => {
    const page = await render("1. Write:\n\n   ```\n   define {\n     a\n\n   }\n   ```\n\n   Save it.\n2. Reload.");
    expect(copiedBlocks(page)).toEqual(["define {\n  a\n\n}"]);
    expect(page.match(/<li>/g)).toHaveLength(2);
    expect(page).toMatch(/Save it\.<\/p><\/li><li><p>Reload\.<\/p><\/li><\/ol>$/);
  });

  it("shows a table", async () => {
    const page = await render("1. With:\n\n   | name | value |\n   | --- | --- |\n   | url | `<INGEST_URL>` |\n");
    expect(page).toContain('<th scope="col">name</th><th scope="col">value</th>');
    expect(page).toContain("<td>url</td><td><code>&lt;INGEST_URL&gt;</code></td>");
  });

  it("gives code with a value of the integration a copy button", async () => {
    const page = await render(`URL: \`${ADDRESS}\`, method \`POST\``, [ADDRESS]);
    expect(page.match(/data-copy="([^"]*)"/g)).toEqual([`data-copy="${ADDRESS}"`]);
  });

  it("shows HTML and links that are not https as text", async () => {
    const page = await render(
      '<img src=x onerror=alert(1)>\n\n[a](javascript:alert(2)) ![b](https://x.test/b.png) <b onclick="c()">d</b>',
    );
    expect(page).not.toMatch(/<(img|a|b)\b/);
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });
});
