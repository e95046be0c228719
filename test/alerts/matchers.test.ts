import { describe, expect, it } from "vitest";
import { parseMatcher } from "../../src/alerts/matcher-text.ts";
import { checkMatcher, matches, matchesEverything } from "../../src/alerts/matchers.ts";

const all = (...texts: string[]) => texts.map(parseMatcher);
const labels = { alertname: "DiskFull", service: "checkout", instance: "db-1:9100", text: "two\nlines" };

describe("matches", () => {
  it.each([
    [["service=checkout"], true],
    [["service=check"], false],
    [["service!=search"], true],
    [["service!=checkout"], false],
    [['instance=~"db-.*"'], true],
    [['instance=~"db-"'], false],
    [['instance=~"web|db-1:9100|x"'], true],
    [['instance!~"db-.*"'], false],
    [['alertname="DiskFull"', "service=search"], false],
    [['alertname="DiskFull"', "service=checkout"], true],
    [["missing="], true],
    [['missing=""'], true],
    [["missing!=x"], true],
    [['missing=~".+"'], false],
    [['missing=~".*"'], true],
    [['constructor=""'], true],
    [['text=~"two.*"'], true],
    [[], true],
  ])("%j: %s", (texts, expected) => {
    expect(matches(all(...texts), labels)).toBe(expected);
  });
});

describe("matchesEverything", () => {
  it.each([
    [["a="], true],
    [['a=~".*"', "b!=x"], true],
    [["a=", "b=x"], false],
    [['a=~".+"'], false],
  ])("%j: %s", (texts, expected) => {
    expect(matchesEverything(all(...texts))).toBe(expected);
  });
});

describe("checkMatcher", () => {
  it("reads a value that is no expression as it is", () => {
    expect(() => checkMatcher(parseMatcher("a=(["))).not.toThrow();
    expect(() => checkMatcher(parseMatcher('a=~"(["'))).toThrow("missing `]`");
  });
});
