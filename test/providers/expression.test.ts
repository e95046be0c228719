import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { compileExpression, ExpressionError, MAX_STEPS } from "../../src/providers/expression.ts";
import { runs } from "../support/runs.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const objectOf = (count: number, valueOf: (index: number) => unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, valueOf(i)]));
const empties = (count: number) => Array.from({ length: count }, () => []);

/** Bodies of at most about a megabyte, each expensive for some construct. */
const body = {
  s: "x".repeat(900_000),
  a: numbers(9_000),
  b: numbers(50_000),
  c: numbers(50_000),
  many: numbers(150_000),
  nested: [numbers(150_000)],
  empties: empties(300_000),
  pairs: Array.from({ length: 500 }, (_, i) => ({ k: [1, 2, { z: i }], i })),
  keys: objectOf(18_000, () => 1),
  lists: objectOf(9_000, (i) => [i]),
  blanks: [objectOf(9_000, () => 1), ...Array.from({ length: 90_000 }, () => ({}))],
  html: "<p>some text</p>\n".repeat(2000),
  digits: "1".repeat(60),
};

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
    ["lists the keys of an object in a loop", "[1..500].($body.keys.*; 1)"],
    ["lists arrays in an object", "[1..500].$count($body.lists.*)"],
    ["descends in a loop", "[1..500].$count($body.**)"],
    ["descends into empty arrays", "[1..9000].$count($body.empties.**)"],
    ["looks a name up in nested arrays", "($n := [[$body.nested]]; [1..9000].($n.x))"],
    ["makes ranges in a loop", "[1..9000].([1..9000])"],
    ["sorts many numbers", "$sort([1..9000])"],
    ["sorts some numbers in a loop", "[1..900].$sort([1..300])"],
    ["orders many objects", "($x := [1..9000]; $x^(>$))"],
    ["sorts by a function", "$sort($body.a, function($l, $r) { $l < $r })"],
    ["filters by a large array", "[1..9000][$body.many]"],
    ["tests a large array for truth", "[1..9000].($body.empties ? 1 : 2)"],
    ["combines large arrays by and", "[1..9000].($body.empties and true)"],
    ["groups by one key", '[1..9000]{"a": $}'],
    ["groups by several keys", '[1..9000]{"a": $, "b": $, "c": $, "d": $, "e": $, "f": $}'],
    ["groups an array in a constructor", '($x := [1..9000]; $x ~> $map(function($v) { $x{"a": $count($)} }))'],
    ["binds variables to many elements", "$body.a@$v#$i.{'value': $v, 'at': $i}"],
    ["joins all with all", "$body.pairs@$o.$body.pairs@$p[$o.i = $p.i]"],
    ["concatenates in a loop", "[1..9000].($body.html & 'x')"],
    ["concatenates objects in a loop", "[1..9000].($body.pairs & 'x')"],
    ["compares objects in a loop", "[1..9000][$body.keys = $body.keys]"],
    ["serializes in a loop", "[1..9000].$string($body.pairs)"],
    ["clones in a loop", "[1..9000].$clone($body.keys)"],
    ["merges a large object into many", "($b := $body; $body.pairs ~> | $ | $b.keys |)"],
    ["cuts a text in a loop", "[1..9000].$substring($body.html, 1)"],
    ["pads with a long text", "$pad('', 900000, 'abcdefghij')"],
    ["pads in a loop", "[1..9000].$pad('x', 20000, 'ab')"],
    ["splits in a loop", "[1..9000].$split($body.html, '')"],
    ["joins in a loop", "[1..9000].$join($split($body.html, '<'), ',')"],
    ["replaces in a loop", "[1..9000].$replace($body.html, 'e', 'E')"],
    ["repeats a match in its replacement", "$replace($body.s, /x+/, '$0$0$0$0')"],
    ["searches to the end for each match", "$match($body.s, /x(.*y)?/)"],
    ["has many groups", `$match($body.s, /${"(x?)".repeat(40)}y/)`],
    ["assigns a regular expression and uses it in a loop", "($r := /(x{20}){5}y/; [1..1000].$match($body.s, $r))"],
    ["uses a regular expression as a function in a loop", "($r := /x+y/; [1..1000].$r($body.s))"],
    ["compares all pairs of objects", "$distinct($append($body.pairs, $body.pairs))"],
    ["spreads many empty objects", "$spread($body.blanks)"],
    ["lists the keys of many objects", "[1..9000].$keys($body.blanks)"],
    ["merges in a loop", "[1..9000].$merge($body.pairs)"],
    ["visits each key in a loop", "[1..9000].$each($body.keys, function($v) { $v })"],
    ["sifts in a loop", "[1..9000].$sift($body.keys, function($v) { $v = 1 })"],
    ["appends in a loop", "$reduce($body.a, $append)"],
    ["appends large arrays in a loop", "[1..9000].$append($body.a, 1)"],
    ["reverses in a loop", "[1..9000].$reverse($body.a)"],
    ["zips in a loop", "[1..9000].$zip($body.a, $body.a)"],
    ["maps a native function in a loop", "[1..9000].$map($body.a, $not)"],
    ["copies an array in a loop", "[1..9000].[$body.a]"],
    ["makes objects in a loop", "[1..9000].[{}, {}, {}, {}, {}, {}]"],
    ["makes functions in a loop", "[1..9000].[function() { 1 }, function() { 2 }]"],
    ["applies partially in a loop", "[1..9000].($f := $substringBefore(?, 'b'); 1)"],
    ["nests scopes", `[1..9000].${"(".repeat(80)}1${")".repeat(80)}`],
    ["formats numbers in a loop", "[1..9000].$formatNumber(1234.5, '#,##0.00')"],
    ["makes long Roman numerals", "[1..9000].$formatInteger(5000000, 'I')"],
    ["parses times in a loop", "[1..9000].$toMillis('2026-01-01', '[Y0001]-[M01]-[D01]')"],
    ["parses adjacent fields that match alike", "$toMillis($body.digits, '[Y][M][D][H][m][s][f][d][F1]a')"],
    [
      "parses words that match in many ways",
      "$toMillis($pad('one', 60, ' one') & '!', '[Yw] [Mw] [Dw] [Hw] [mw] [sw] [Yw] [Mw]')",
    ],
  ])("rejects an expression that %s", async (_, source) => {
    await expect(evaluate(source)).rejects.toThrow(ExpressionError);
  });

  it.each<[string, unknown]>([
    ['$join($map(hosts, function($h) { $h.name }), ",")', "a,b"],
    ["$filter(hosts, function($h) { $h.load > 1 }).name", "b"],
    ["$reduce(hosts.load, function($sum, $load) { $sum + $load })", 3],
    ["$reduce(hosts, function($sum, $h) { $sum + $h.load }, 10)", 13],
    ["$sort(hosts, function($l, $r) { $l.load < $r.load }).name", ["b", "a"]],
    ["$each(tags, function($value, $key) { $key & '=' & $value })", ["env=prod", "zone=1"]],
    ["$sift(tags, function($value, $key) { $key = 'env' })", { env: "prod" }],
    ["$single(hosts, function($h) { $h.name = 'a' }).load", 1],
    ["($firstOf := $substringBefore(?, '-'); $firstOf('web-1'))", "web"],
    ["($add := function($a, $b) { $a + $b }; $add2 := $add(2, ?); $add2(3))", 5],
    ["($adder := function($n) { function($x) { $x + $n } }; $map([1, 2], $adder(10)))", [11, 12]],
    ["($shout := $uppercase ~> $trim; $shout(' hi '))", "HI"],
    ["($joined := $join(?, '+'); $joined(['a', 'b']))", "a+b"],
    ["($padded := $pad(?, -3, '0'); $padded('7'))", "007"],
    ["($text := $string(?); $text(1))", "1"],
    ["$map(hosts.name, $uppercase)", ["A", "B"]],
    ["$map(hosts.load, $string)", ["1", "2"]],
    ["hosts.name ~> $map($uppercase) ~> $join('/')", "A/B"],
    ["$reduce([[1], [2]], $append)", [1, 2]],
    [
      "$zip([1, 2], [3, 4])",
      [
        [1, 3],
        [2, 4],
      ],
    ],
    ["$string({'a': [1]}, true)", '{\n  "a": [\n    1\n  ]\n}'],
    ["($r := /b+/; $match('abba', $r).match)", "bb"],
    ["hosts^(>load).name", ["b", "a"]],
    ["$sort(['b', 'a'])", ["a", "b"]],
    ["hosts{name: load}", { a: 1, b: 2 }],
    ["tags.*", ["prod", "1"]],
    ["**.load", [1, 2]],
    [
      "hosts ~> | $ | {'up': true}, ['load'] |",
      [
        { name: "a", up: true },
        { name: "b", up: true },
      ],
    ],
    [
      "hosts@$h#$i.{'name': $h.name, 'at': $i}",
      [
        { name: "a", at: 0 },
        { name: "b", at: 1 },
      ],
    ],
    ["[1..3][$ > 1]", [2, 3]],
  ])("evaluates %s", async (source, expected) => {
    const input = {
      hosts: [
        { name: "a", load: 1 },
        { name: "b", load: 2 },
      ],
      tags: { env: "prod", zone: "1" },
    };
    const budget = { steps: MAX_STEPS };
    expect(JSON.parse(JSON.stringify(await compileExpression(source).evaluate(input, {}, budget)))).toEqual(expected);
    expect(MAX_STEPS - budget.steps).toBeLessThan(200);
  });

  it.each<[string, string]>([
    ["cleans a text", "$replace($body.text, /\\s+/, ' ')"],
    ["removes tags", "$replace($body.html, /<[^>]+>/, '')"],
    ["splits lines", "$count($split($body.text, /\\n/))"],
    ["groups a thousand objects", "$body.alerts{name: $count(host)}"],
    ["orders two hundred objects", "$body.some^(>name)"],
    ["has many elements in a constructor", `[${"1,".repeat(1000)}1]`],
  ])("leaves enough steps for an expression that %s", async (_, source) => {
    const large = {
      text: "ten words of a log line that is long enough\n".repeat(200),
      html: "<p>some text</p>\n".repeat(300),
      alerts: Array.from({ length: 1000 }, (_, i) => ({ name: `alert ${i}`, host: `h${i % 7}` })),
      some: Array.from({ length: 200 }, (_, i) => ({ name: `alert ${i}` })),
    };
    const result = compileExpression(source).evaluate({}, { body: large }, { steps: MAX_STEPS });
    await expect(result).resolves.toBeDefined();
  });

  it("charges each element of a range, a wildcard and a descendant", async () => {
    const spent = async (source: string) => {
      const budget = { steps: MAX_STEPS };
      await compileExpression(source).evaluate(
        {},
        { body: { list: numbers(1000), keys: objectOf(1000, () => 1) } },
        budget,
      );
      return MAX_STEPS - budget.steps;
    };
    for (const source of ["[1..1000]", "$body.list.($)", "$body.keys.*", "$body.keys.**"]) {
      expect(await spent(source)).toBeGreaterThan(1000);
    }
  });

  it.each([
    ["(x{100}){10}", "repeats more than the limit"],
    ["x".repeat(400), "is long"],
    ["\\p{L}{190}(\\p{N}|a|b|c)*".repeat(5), "is long in its program"],
  ])("rejects the regular expression %#, which is too large", (pattern) => {
    expect(() => compileExpression(`$match(a, /${pattern}/)`)).toThrow("too large");
  });

  it.each(["<s+s+s+s+n:n>", `<${"s?".repeat(20)}n:n>`])("rejects a function with the signature %s", (signature) => {
    const source = `function($a)${signature}{ 1 }`;
    expect(() => compileExpression(source)).toThrow("too many optional or repeated parameters");
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
