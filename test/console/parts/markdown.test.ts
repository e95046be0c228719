import { html } from "hono/html";
import { describe, expect, it } from "vitest";
import { Markdown } from "../../../src/console/parts/markdown.tsx";

const render = async (text: string): Promise<string> => (await html`${Markdown({ text })}`).toString();

describe("Markdown", () => {
  it("shows code in a list item line by line, without the indentation of the item", async () => {
    const page = await render("1. Write this:\n\n   ```\n   define command {\n     a  b\n   }\n   ```\n\n2. Reload.");
    expect(page).toContain("define command {\n  a  b\n}");
    expect(page).not.toContain("```");
    expect(page).toContain('<ol start="2"><li>Reload.</li></ol>');
  });

  it("shows a table", async () => {
    const page = await render("1. With:\n\n   | name | value |\n   | --- | --- |\n   | url | `<INGEST_URL>` |\n");
    expect(page).toContain("<th>name</th><th>value</th>");
    expect(page).toContain("<td>url</td><td><code>&lt;INGEST_URL&gt;</code></td>");
  });
});
