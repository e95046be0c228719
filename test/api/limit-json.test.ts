import { describe, expect, it } from "vitest";
import { structureFault } from "../../src/api/limit-json.ts";

describe("structureFault", () => {
  it.each([
    "",
    "{}",
    '{"a":[1,2,{"b":null}]}',
    `{"body":"${"[],".repeat(2_000_000)}"}`,
    `{"body":"${'\\"[,'.repeat(100_000)}"}`,
    '{"a":"\\\\"}',
    "not json",
    '"without an end',
    `[${"1,".repeat(19_000)}1]`,
  ])("finds none in %#", (text) => {
    expect(structureFault(text)).toBeNull();
  });

  it.each([
    [`[${"[],".repeat(2_000_000)}[]]`, "more than 20,000 values"],
    [`{"a":"\\\\",${'"b":1,'.repeat(30_000)}"c":1}`, "more than 20,000 values"],
    [`[${"1,".repeat(30_000)}1]`, "more than 20,000 values"],
    ["[".repeat(1_000_000), "nests deeper than 20 levels"],
    [`${'{"a":'.repeat(30)}1${"}".repeat(30)}`, "nests deeper than 20 levels"],
  ])("finds that a body is too large, %#", (text, fault) => {
    expect(structureFault(text)).toContain(fault);
  });
});
