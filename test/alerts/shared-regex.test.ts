import { describe, expect, it } from "vitest";
import { checkRegex, matchesRegex } from "../../src/alerts/shared-regex.ts";

describe("checkRegex", () => {
  it.each([
    "",
    "a|b",
    "(a|)b?",
    "a.*?b",
    "[^a-z]{2,3}",
    "[]a-]",
    String.raw`\d+\.\w`,
    "[[:alpha:]_]",
    "^a$",
    String.raw`\{\}`,
    "}é🙂",
  ])("accepts %s", (source) => {
    expect(() => checkRegex(source)).not.toThrow();
  });

  it.each([
    ["(?i)a", "unsupported group at character 2 of the regular expression: use `(…)` or `(?:…)`"],
    ["(?P<n>a)", "unsupported group"],
    ["a(?=b)", "unsupported group"],
    [String.raw`a\s`, "unsupported escape `\\s` at character 2"],
    [String.raw`\bword`, "unsupported escape"],
    [String.raw`(a)\1`, "unsupported escape"],
    [String.raw`\pL`, "unsupported escape"],
    ["a\\", "incomplete"],
    ["*a", "nothing to repeat"],
    ["a**", "a repetition cannot be repeated at character 3"],
    ["a{2}{3}", "a repetition cannot be repeated"],
    ["^*", "an anchor cannot be repeated"],
    ["{a", "write `\\{` for a brace"],
    ["a{2,1}", "count"],
    ["a{256}", "count up to 255"],
    ["(a", "missing `)`"],
    ["a)", "unexpected `)`"],
    ["[a", "missing `]`"],
    ["[b-a]", "reverse order"],
    ["[[:foo:]]", "unknown character class"],
    ["[[.a.]]", "write `\\[` for a bracket"],
    ["[a-c-e]", "range"],
    [String.raw`[\d-z]`, "range"],
    [String.raw`[\D]`, "unsupported escape"],
    ["((a{100}){100}){100}", "too large"],
    ["a".repeat(3000), "longer than"],
    ["a?".repeat(101), "more than 100 optional parts"],
    ["((a|){10}b?){10}", "more than 100 optional parts"],
    ["a{0,101}", "more than 100 optional parts"],
    ["(".repeat(30) + ")".repeat(30), "nested"],
    ["\ud800", "cannot be stored"],
  ])("rejects %s", (source, message) => {
    expect(() => checkRegex(source)).toThrow(message);
  });
});

describe("matchesRegex", () => {
  it("takes a linear time", () => {
    expect(matchesRegex("(a*)*b", "a".repeat(20_000))).toBe(false);
  });
});
