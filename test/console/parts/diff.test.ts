import { html } from "hono/html";
import { describe, expect, it } from "vitest";
import { Diff } from "../../../src/console/parts/diff.tsx";

const diff = async (before: unknown, after: unknown): Promise<string> =>
  (await html`${Diff({ before, after, beforeName: "before", afterName: "after" })}`).toString();

describe("a diff", () => {
  it("shows the lines that differ", async () => {
    expect(await diff({ a: 1, b: [] }, { a: 2, b: [] })).toContain("<del>−   &quot;a&quot;: 1,\n</del>");
    expect(await diff(null, { a: 2 })).toContain("<del>− null\n</del>");
    expect(await diff({ a: 2 }, { a: 2 })).toContain("No difference.");
  });

  it("is not shown for values whose indentation would be many times as long as they are", async () => {
    const nested = JSON.parse(`${"[".repeat(900)}${"1,".repeat(20_000)}1${"]".repeat(900)}`) as unknown;
    expect(await diff([nested, 1], [nested, 2])).toContain("Too different to show.");
  });
});
