import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { parseTerms, printTerms, QueryError, type QueryTerm } from "../../../src/alerts/query/syntax.ts";

/** Characters that mean something, and some that do not. */
const CHARS = ["a", "b", ":", ",", "-", "*", '"', " ", "\\", ".", "é"];

/** The terms without their positions. */
const meaning = (terms: readonly QueryTerm[]) =>
  terms.map(({ field, label, isNegated, values }) => ({
    field,
    label,
    isNegated,
    values: values.map(({ text, isPrefix }) => ({ text, isPrefix })),
  }));

const short = (query: string) =>
  meaning(parseTerms(query)).map(
    ({ field, label, isNegated, values }) =>
      `${isNegated ? "not " : ""}${label ?? field ?? "text"}=${values.map((value) => value.text + (value.isPrefix ? "…" : "")).join("|")}`,
  );

const faultOf = (query: string): QueryError => {
  try {
    parseTerms(query);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error("no fault");
};

describe("parseTerms", () => {
  it.each([
    ["", []],
    ["  ", []],
    ["status:open severity:critical,high", ["status=open", "severity=critical|high"]],
    ["label.service:checkout -label.env:staging", ["service=checkout", "not env=staging"]],
    ['integration:"Prod EU" key:job-513 free text', ["integration=Prod EU", "key=job-513", "text=free", "text=text"]],
    ["key:job-*", ["key=job-…"]],
    ["label.env:*", ["env=…"]],
    ['"disk full",cpu -"on fire"', ["text=disk full|cpu", "not text=on fire"]],
    ["key:a:b since:2026-10-01T12:00:00+02:00", ["key=a:b", "since=2026-10-01T12:00:00+02:00"]],
    ['label."a b:c":x', ["a b:c=x"]],
    [String.raw`"say \"hi\" \\ now"`, [String.raw`text=say "hi" \ now`]],
    ['"a:b" "-c" "50*" "x"*', ["text=a:b", "text=-c", "text=50*", "text=x…"]],
    ["key:-x a-b", ["key=-x", "text=a-b"]],
    ['key:""', ["key="]],
  ])("reads %j", (query, expected) => {
    expect(short(query)).toEqual(expected);
  });

  it("keeps the positions of terms and values", () => {
    const [, term] = parseTerms("a -key:b,c");
    expect(term).toMatchObject({ offset: 2, values: [{ offset: 7 }, { offset: 9 }] });
  });

  it.each([
    ["status:", 7, "missing value"],
    ["status:a,", 9, "missing value"],
    [",a", 0, "missing value"],
    ["a - b", 2, "nothing after `-`"],
    ['x "open', 2, "unclosed quote"],
    ['"a"b', 3, "expected a space"],
    ['a"b"', 1, "expected a space"],
    ["a*b", 1, "`*` is allowed only at the end"],
    ['label."a" x', 9, "expected `:` after the label"],
    [":a", 0, "missing value"],
    ['"a":b', 3, "expected a field before `:`"],
    [Array.from({ length: 31 }, (_, at) => `t${at}`).join(" "), 110, "more than 30 terms"],
    [`key:${Array.from({ length: 51 }, () => "a").join(",")}`, 104, "more than 50 values"],
  ])("reports where %j cannot be understood", (query, offset, message) => {
    const fault = faultOf(query);
    expect(fault.message).toContain(message);
    expect(fault.offset).toBe(offset);
  });

  property.prop([fc.string({ unit: fc.constantFrom(...CHARS, "label", "\n") })], { numRuns: 2000 })(
    "reads any text, or reports a position within it",
    (query) => {
      try {
        const terms = parseTerms(query);
        expect(meaning(parseTerms(printTerms(terms)))).toEqual(meaning(terms));
      } catch (error) {
        expect(error).toBeInstanceOf(QueryError);
        expect((error as QueryError).offset).toBeLessThanOrEqual(query.length);
      }
    },
  );
});

const texts = fc.string({ unit: fc.constantFrom(...CHARS), maxLength: 6 });
const values = fc.array(fc.record({ text: texts, isPrefix: fc.boolean(), offset: fc.constant(0) }), {
  minLength: 1,
  maxLength: 3,
});
const terms: fc.Arbitrary<QueryTerm[]> = fc.array(
  fc.record({
    field: fc.constantFrom(null, "status", "key"),
    label: fc.constant(null),
    isNegated: fc.boolean(),
    values,
    offset: fc.constant(0),
  }),
  { maxLength: 5 },
);
const labels: fc.Arbitrary<QueryTerm[]> = fc.array(
  fc.record({
    field: fc.constant("label"),
    label: texts,
    isNegated: fc.boolean(),
    values,
    offset: fc.constant(0),
  }),
  { maxLength: 5 },
);

describe("printTerms", () => {
  property.prop([fc.oneof(terms, labels)], { numRuns: 1000 })("prints what parses to the same terms", (given) => {
    expect(meaning(parseTerms(printTerms(given)))).toEqual(meaning(given));
  });
});
