import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { matcherText, parseMatcher } from "../../src/alerts/matcher-text.ts";

// Cases of Alertmanager's own tests: pkg/labels/parse_test.go, matcher/parse/parse_test.go, matcher/compliance/compliance_test.go.
describe("parseMatcher", () => {
  it.each([
    ["foo=bar", "foo", "=", "bar"],
    ['foo="bar"', "foo", "=", "bar"],
    ["foo!=bar", "foo", "!=", "bar"],
    ["foo=~bar.*", "foo", "=~", "bar.*"],
    ['foo!~"bar.*"', "foo", "!~", "bar.*"],
    [' foo = "bar" ', "foo", "=", "bar"],
    ["foo=", "foo", "=", ""],
    ['foo=""', "foo", "=", ""],
    ["foo='", "foo", "=", "'"],
    ["foo=`", "foo", "=", "`"],
    [String.raw`foo=\"`, "foo", "=", '"'],
    [String.raw`foo=bar\n`, "foo", "=", "bar\n"],
    [String.raw`foo=bar\t`, "foo", "=", String.raw`bar\t`],
    [String.raw`foo=bar\\`, "foo", "=", "bar\\"],
    ['foo="bar,quux"', "foo", "=", "bar,quux"],
    ["foo=bar,", "foo", "=", "bar,"],
    ['statuscode=~"5.."', "statuscode", "=~", "5.."],
    ["tricky=~~~", "tricky", "=~", "~~"],
    [String.raw`trickier==\\=\=\"`, "trickier", "=", String.raw`=\=\="`],
    ["foo=🙂bar", "foo", "=", "🙂bar"],
    ['name-with-dashes = "bar"', "name-with-dashes", "=", "bar"],
    ['"foo bar"="baz",', "foo bar", "=", "baz"],
    ['"foo"=bar', "foo", "=", "bar"],
    [String.raw`"foo"="\xf0\x9f\x99\x82"`, "foo", "=", "🙂"],
    [String.raw`"foo"="\U0001f642\u00e9\101"`, "foo", "=", "🙂éA"],
    [String.raw`"foo"="bar\t"`, "foo", "=", "bar\t"],
    [String.raw`"foo"=~"\\d+"`, "foo", "=~", String.raw`\d+`],
    [String.raw`"a\"b"="c"`, 'a"b', "=", "c"],
  ])("reads %s", (text, name, operator, value) => {
    expect(parseMatcher(text)).toEqual({
      name,
      value,
      isRegex: operator.includes("~"),
      isEqual: !operator.startsWith("!"),
    });
  });

  it.each([
    "",
    "foo",
    "=bar",
    '""=bar',
    "{foo=bar}",
    "foo=bar}",
    "foo-bar=baz,x=y",
    'job="value',
    'job=value"',
    String.raw`trickier==\\=\=\""`,
    'contains_unescaped_quote = foo"bar',
    String.raw`"foo"="\xf0\x9f"`,
    String.raw`"foo"="\d+"`,
    '"foo"="a\nb"',
    String.raw`"foo"="\ud800"`,
    '"foo="bar""',
  ])("rejects %j", (text) => {
    expect(() => parseMatcher(text)).toThrow("expected name=");
  });

  it("rejects a very long text", () => {
    expect(() => parseMatcher(`a=${"b".repeat(10_000)}`)).toThrow("at most");
  });

  const text = fc.string({
    unit: fc.constantFrom("a", "-", " ", '"', "\\", "\n", ",", "é", "🙂", "{", "~", "="),
    maxLength: 8,
  });
  test.prop([fc.constantFrom("a", "alertname", "_x:y", "é"), text, fc.boolean(), fc.boolean()])(
    "reads what matcherText writes",
    (name, value, isRegex, isEqual) => {
      const matcher = { name, value, isRegex, isEqual };
      fc.pre(name !== "é" || !value.includes("\n"));
      expect(parseMatcher(matcherText(matcher))).toEqual(matcher);
    },
  );
});
