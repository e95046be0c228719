import { describe, expect, it } from "vitest";
import { directHostWarnings } from "../../../scripts/deploy/preflight.ts";

describe("directHostWarnings", () => {
  it("warns of Neon's direct host", () => {
    expect(directHostWarnings("postgresql://x:y@ep-cool-name.eu-central-1.aws.neon.tech/z")).toMatchObject([
      { problem: expect.stringContaining("direct host"), remedy: expect.stringContaining("-pooler") },
    ]);
  });

  it.each([
    "postgresql://x:y@ep-cool-name-pooler.eu-central-1.aws.neon.tech/z",
    "postgresql://x:y@db.example.com/z",
    undefined,
  ])("is silent about %s", (url) => {
    expect(directHostWarnings(url)).toEqual([]);
  });
});
