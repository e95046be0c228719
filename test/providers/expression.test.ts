import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { compileExpression, ExpressionError, MAX_STEPS } from "../../src/providers/expression.ts";
import { runs } from "../support/runs.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const body = { s: "x".repeat(900_000), a: numbers(10_000), b: numbers(50_000), c: numbers(50_000) };

const evaluate = async (source: string, input: unknown = {}) =>
  compileExpression(source).evaluate(input, { body }, { steps: MAX_STEPS });

describe("expressions", () => {
  it.each<[string, unknown, unknown]>([
    ["a & '-' & b", { a: "x", b: 1 }, "x-1"],
    ["$join(tags, ',')", { tags: ["a", "b"] }, "a,b"],
    ["$replace(a, 'x', 'y')", { a: "axx" }, "ayy"],
    ["$replace(a, /(\\d+)/, '<$1>')", { a: "db12 db3" }, "db<12> db<3>"],
    ["$match(a, /db(\\d+)/).groups[0]", { a: "db12" }, "12"],
    ["$contains(a, /^DB/i)", { a: "db12" }, true],
    ["$split(a, /,\\s*/)", { a: "x, y,z" }, ["x", "y", "z"]],
    ["$pad(a, -4, '0')", { a: "7" }, "0007"],
    ["$string(a)", { a: { b: 1 } }, '{"b":1}'],
    ["$fromMillis($toMillis(a) + 1000)", { a: "2026-09-21T14:13:20.000Z" }, "2026-09-21T14:13:21.000Z"],
    ["$formatNumber(a, '#,##0.0')", { a: 1234.56 }, "1,234.6"],
    ["$string(missing)", {}, undefined],
    ["$join(missing)", {}, undefined],
    ["$pad(missing, 3)", {}, undefined],
  ])("evaluates %s", async (source, input, expected) => {
    expect(await evaluate(source, input)).toEqual(expected);
  });

  it.each<[string, string]>([
    ["recurses endlessly", "($f := function() { $f() }; $f())"],
    ["runs for very long", "($f := function($n) { $n = 0 ? 1 : $f($n - 1) + $f($n - 1) }; $f(40))"],
    ["recurses too deeply", "($f := function($n) { 1 + $f($n + 1) }; $f(0))"],
    ["returns a long sequence", "[1..9000000]"],
    ["doubles a string repeatedly", "($f := function($s) { $f($s & $s) }; $f('x'))"],
    ["pads a string to a huge width", "$pad('x', 999999999)"],
    ["pads a date to a huge width", "$fromMillis(0, '[Y,999999999]')"],
    ["joins large strings", "($s := $pad('x', 900000); $join([$s, $s, $s]))"],
    ["serializes large strings", "($s := $pad('x', 900000); $string([$s, $s, $s]))"],
    ["replaces with large strings", "($s := $pad('x', 900000); $replace($s, 'x', $s))"],
    ["evaluates a string", "$eval('1')"],
    ["reads the time", "$now()"],
    ["processes a large string repeatedly", "$sum([1..1000].$length($body.s))"],
    ["keeps many large strings", '[1..400].{"a": $uppercase($body.s)}'],
    ["searches many values in many others", "$body.a[$ in $body.b]"],
    ["compares large values repeatedly", "[1..10000][$body.b = $body.c]"],
    ["compares all pairs", "$distinct($body.a)"],
    ["matches a large string repeatedly", "[1..1000].$match($body.s, /(x{50}){10}y/)"],
    ["assigns a regular expression to a variable", "($r := /a/; $match('a', $r))"],
  ])("rejects an expression that %s", async (_, source) => {
    await expect(evaluate(source)).rejects.toThrow(ExpressionError);
  });

  it("counts steps per evaluation, even when evaluations interleave", async () => {
    const expression = compileExpression("$sum([1..n].($ * 2))");
    const of = (n: number, steps: number) => expression.evaluate({ n }, {}, { steps });
    const [hostile, ...others] = await Promise.allSettled([of(20_000, 10_000), of(3, 200), of(4, 200)]);
    expect(hostile).toMatchObject({ status: "rejected", reason: expect.any(ExpressionError) });
    expect(others).toMatchObject([{ value: 12 }, { value: 20 }]);
  });

  it("matches a pattern that backtracks exponentially elsewhere in linear time", async () => {
    expect(await evaluate("$contains(a, /^(a+)+$/)", { a: `${"a".repeat(50_000)}!` })).toBe(false);
  });

  it.each(["/(?=a)/", "/(a)\\1/"])("rejects the regular expression %s, which RE2 does not support", (regex) => {
    expect(() => compileExpression(`$match(a, ${regex})`)).toThrow("RE2 does not support");
  });

  it.each<[string, number | null]>([
    ["a +", 3],
    ["(((", 3],
    ["a.b[", 4],
    ["'abc", null],
    ["{", 1],
    ["(".repeat(4000), null],
  ])("reports the position of the error in %j", (source, position) => {
    try {
      compileExpression(source);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionError);
      if (position !== null) expect((error as ExpressionError).position).toBe(position);
    }
  });

  it("quotes no value of a payload in an error", async () => {
    const failing = evaluate("$number(password)", { password: "hunter2" });
    await expect(failing).rejects.toThrow(ExpressionError);
    await expect(failing).rejects.not.toThrow("hunter2");
  });

  property.prop([fc.string({ maxLength: 60 }), fc.jsonValue()], { numRuns: runs(2000) })(
    "throws only ExpressionError, for any expression and input",
    async (source, input) => {
      try {
        await evaluate(source, input);
      } catch (error) {
        expect(error).toBeInstanceOf(ExpressionError);
      }
    },
  );
});
