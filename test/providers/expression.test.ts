import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { checkMapping, custom, mappedProvider } from "../../src/providers/custom.ts";
import { compileExpression, ExpressionError, MAX_STEPS } from "../../src/providers/expression.ts";
import type { Mapping } from "../../src/providers/mapping.ts";
import { BodyError } from "../../src/providers/provider.ts";
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
  ])("%s", async (source, input, expected) => {
    expect(await evaluate(source, input)).toEqual(expected);
  });

  it.each<[string, string]>([
    ["never ends", "($f := function() { $f() }; $f())"],
    ["ends after long", "($f := function($n) { $n = 0 ? 1 : $f($n - 1) + $f($n - 1) }; $f(40))"],
    ["recurses too deep", "($f := function($n) { 1 + $f($n + 1) }; $f(0))"],
    ["makes a long sequence", "[1..9000000]"],
    ["doubles a text", "($f := function($s) { $f($s & $s) }; $f('x'))"],
    ["pads a text", "$pad('x', 999999999)"],
    ["pads a date", "$fromMillis(0, '[Y,999999999]')"],
    ["joins large texts", "($s := $pad('x', 900000); $join([$s, $s, $s]))"],
    ["writes a large text", "($s := $pad('x', 900000); $string([$s, $s, $s]))"],
    ["replaces with large texts", "($s := $pad('x', 900000); $replace($s, 'x', $s))"],
    ["evaluates a text", "$eval('1')"],
    ["asks for the time", "$now()"],
    ["goes through a large text time and again", "$sum([1..1000].$length($body.s))"],
    ["keeps many large texts", '[1..400].{"a": $uppercase($body.s)}'],
    ["looks for each among many", "$body.a[$ in $body.b]"],
    ["compares large values time and again", "[1..10000][$body.b = $body.c]"],
    ["compares each with each", "$distinct($body.a)"],
    ["matches a large text time and again", "[1..1000].$match($body.s, /(x{50}){10}y/)"],
    ["hides a regular expression", "($r := /a/; $match('a', $r))"],
  ])("refuses what %s", async (_, source) => {
    await expect(evaluate(source)).rejects.toThrow(ExpressionError);
  });

  it("counts each evaluation by itself, however they interleave", async () => {
    const expression = compileExpression("$sum([1..n].($ * 2))");
    const of = (n: number, steps: number) => expression.evaluate({ n }, {}, { steps });
    const [hostile, ...others] = await Promise.allSettled([of(20_000, 10_000), of(3, 200), of(4, 200)]);
    expect(hostile).toMatchObject({ status: "rejected", reason: expect.any(ExpressionError) });
    expect(others).toMatchObject([{ value: 12 }, { value: 20 }]);
  });

  it("matches in linear time what makes others backtrack for ever", async () => {
    expect(await evaluate("$contains(a, /^(a+)+$/)", { a: `${"a".repeat(50_000)}!` })).toBe(false);
  });

  it.each(["/(?=a)/", "/(a)\\1/"])("refuses the regular expression %s, which is not linear", (regex) => {
    expect(() => compileExpression(`$match(a, ${regex})`)).toThrow("what RE2 does not have");
  });

  it.each<[string, number | null]>([
    ["a +", 3],
    ["(((", 3],
    ["a.b[", 4],
    ["'abc", null],
    ["{", 1],
    ["(".repeat(4000), null],
  ])("says where %j is broken", (source, position) => {
    try {
      compileExpression(source);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionError);
      if (position !== null) expect((error as ExpressionError).position).toBe(position);
    }
  });

  it("tells no value of a payload in an error", async () => {
    const failing = evaluate("$number(password)", { password: "hunter2" });
    await expect(failing).rejects.toThrow(ExpressionError);
    await expect(failing).rejects.not.toThrow("hunter2");
  });

  property.prop([fc.string({ maxLength: 60 }), fc.jsonValue()], { numRuns: runs(2000) })(
    "raises its own error or none, whatever the expression and the input",
    async (source, input) => {
      try {
        await evaluate(source, input);
      } catch (error) {
        expect(error).toBeInstanceOf(ExpressionError);
      }
    },
  );
});

describe("a mapping", () => {
  const read = async (mapping: Partial<Mapping>, body: unknown, headers: Record<string, string> = {}) =>
    await mappedProvider(custom, { title: "title", ...mapping }).read({
      headers: new Headers(headers),
      body,
      path: "",
      query: new URLSearchParams(),
      receivedAt: 0,
    });

  it("reads an object, each element of an array, and what `events` finds", async () => {
    const titles = async (...given: Parameters<typeof read>) =>
      (await read(...given)).events.map((event) => ("title" in event ? event.title : event.unreadable));
    expect(await titles({}, { title: "a" })).toEqual(["a"]);
    expect(await titles({}, [{ title: "a" }, { title: "b" }])).toEqual(["a", "b"]);
    expect(
      await titles({ events: "data.items[ok=false]" }, { data: { items: [{ ok: true }, { ok: false, title: "c" }] } }),
    ).toEqual(["c"]);
    expect(await titles({ events: "items", title: "$body.name & ' ' & $" }, { name: "n", items: ["x", "y"] })).toEqual([
      "n x",
      "n y",
    ]);
  });

  it("reads a form and a text", async () => {
    expect((await read({ title: "$body" }, "hello")).events).toMatchObject([{ title: "hello" }]);
    expect((await read({ title: "name" }, { name: "of a form" })).events).toMatchObject([{ title: "of a form" }]);
  });

  it("sees headers, but no credentials", async () => {
    const headers = { "x-kind": "disk", authorization: "Bearer s3cret", "x-tocsin-token": "s3cret" };
    const { events } = await read({ title: "$string($headers)" }, {}, headers);
    expect(events).toMatchObject([{ title: '{"x-kind":"disk"}' }]);
  });

  it("identifies the content by what the mapping says, else by all that it reads", async () => {
    const one = await read({ fingerprint: "id" }, { id: 1, title: "a", at: 1 });
    const two = await read({ fingerprint: "id" }, { id: 1, title: "a", at: 2 });
    expect(one.content).toEqual(two.content);
    expect((await read({}, { title: "a", at: 1 })).content).not.toEqual(
      (await read({}, { title: "a", at: 2 })).content,
    );
  });

  it("leaves a broken element alone, and refuses a body of which nothing can be read", async () => {
    const mapping = { title: "$uppercase(title)" };
    expect((await read(mapping, [{ title: "a" }, { title: 7 }, { x: 1 }])).events).toMatchObject([
      { title: "A" },
      {
        unreadable:
          "/1: the mapping's title failed: a function is given an argument of the wrong type (at character 11)",
      },
      { unreadable: "/2: the mapping's title gave no text" },
    ]);
    await expect(read(mapping, { title: 7 })).rejects.toThrow(BodyError);
  });

  it("spends one budget on all of a batch", async () => {
    const elements = Array.from({ length: 10_000 }, (_, id) => ({ id, title: "x" }));
    expect((await read({ alertKey: "id" }, elements)).events).toHaveLength(10_000);
    const { events } = await read({ title: "$sum([1..100].($ * 2)) & title" }, elements);
    expect(events.at(-1)).toMatchObject({ unreadable: expect.stringContaining("too many steps") });
  });

  it.each([{ alertKey: "function($x) { $x }" }, { metadata: "{ 'f': $sum }" }, { fingerprint: "$sum" }])(
    "takes functions for no values: %j",
    async (mapping) => {
      const reading = read({ title: "'x'", ...mapping }, {}).then(
        ({ events }) => events,
        (error: unknown) => error,
      );
      expect(await reading).toSatisfy((result: unknown) => result instanceof BodyError || Array.isArray(result));
    },
  );

  it("is told what is wrong with it, by field", () => {
    expect(checkMapping({ title: "a +", alertKey: "id", severity: "((" })).toEqual([
      { field: "title", message: expect.stringMatching(/\(at character 3\)$/) },
      { field: "severity", message: expect.stringMatching(/\(at character 2\)$/) },
    ]);
  });
});
