import { describe, expect, it } from "vitest";
import { Diff } from "../../../src/console/parts/diff.tsx";

const diff = (before: unknown, after: unknown): string =>
  String(Diff({ before, after, beforeName: "before", afterName: "after" }));

describe("a diff", () => {
  it("shows the lines that differ", () => {
    expect(diff({ a: 1, b: [] }, { a: 2, b: [] })).toContain("<del>−   &quot;a&quot;: 1,\n</del>");
    expect(diff(null, { a: 2 })).toContain("<del>− null\n</del>");
    expect(diff({ a: 2 }, { a: 2 })).toContain("No difference.");
  });

  it("is not shown for values whose indentation would be many times as long as they are", () => {
    const nested = JSON.parse(`${"[".repeat(900)}${"1,".repeat(20_000)}1${"]".repeat(900)}`) as unknown;
    expect(diff([nested, 1], [nested, 2])).toContain("Too different to show.");
  });
});
