import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { exposition, type Family } from "../../src/lib/exposition.ts";
import { readExposition } from "../support/exposition.ts";

const text = fc.string({ unit: "binary", maxLength: 20 });
const awkward = fc.stringMatching(/^[a\\"\n\r,{}= #]{0,20}$/);
const label = fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/);
const value = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constant(Infinity), fc.constant(-Infinity));

const family: fc.Arbitrary<Omit<Family, "name">> = fc.record({
  type: fc.constantFrom("counter" as const, "gauge" as const),
  help: fc.oneof(text, awkward),
  samples: fc.uniqueArray(fc.record({ labels: fc.dictionary(label, fc.oneof(text, awkward)), value }), {
    maxLength: 4,
    selector: ({ labels }) => JSON.stringify(Object.entries(labels).toSorted()),
  }),
});

describe("exposition", () => {
  property.prop([fc.array(family, { maxLength: 4 })])("round-trips any labels and help texts", (given) => {
    const families = given.map((one, index) => ({
      ...one,
      name: `m${index}${one.type === "counter" ? "_total" : ""}`,
    }));
    const read = readExposition(exposition(families));
    const expected = families
      .filter(({ samples }) => samples.length > 0)
      .map(({ name, type, help, samples }) => [
        name,
        { type, help, samples: samples.map((one) => ({ labels: { ...one.labels }, value: one.value + 0 })) },
      ]);
    expect([...read]).toEqual(expected);
  });

  it("matches the format of Prometheus", () => {
    const samples = [
      { labels: { path: 'C:\\DIR\\"x"\n' }, value: 1e21 },
      { labels: { path: "b", code: "200" }, value: Number.NaN },
      { labels: {}, value: Number.NEGATIVE_INFINITY },
    ];
    expect(exposition([{ name: "m", type: "gauge", help: "One\\two\nthree", samples }])).toBe(
      '# HELP m One\\\\two\\nthree\n# TYPE m gauge\nm{path="C:\\\\DIR\\\\\\"x\\"\\n"} 1e+21\nm{path="b",code="200"} NaN\nm -Inf\n',
    );
  });

  it("omits metrics without samples", () => {
    expect(exposition([{ name: "m", type: "gauge", help: "h", samples: [] }])).toBe("");
  });
});

describe("the strict reader of the tests", () => {
  it.each([
    ["a missing line break at the end", "# HELP m h\n# TYPE m gauge\nm 1"],
    ["no type", "# HELP m h\nm 1\n"],
    ["no help", "# TYPE m gauge\nm 1\n"],
    ["a sample of another metric", "# HELP m h\n# TYPE m gauge\nn 1\n"],
    ["a repeated metric", "# HELP m h\n# TYPE m gauge\nm 1\n# HELP m h\n# TYPE m gauge\nm 1\n"],
    ["a repeated series", '# HELP m h\n# TYPE m gauge\nm{a="1",b="2"} 1\nm{b="2",a="1"} 1\n'],
    ["a value that is not a number", "# HELP m h\n# TYPE m gauge\nm one\n"],
    ["an unterminated label", '# HELP m h\n# TYPE m gauge\nm{a="x} 1\n'],
    ["an unknown escape", '# HELP m h\n# TYPE m gauge\nm{a="\\t"} 1\n'],
    ["a trailing comma", '# HELP m h\n# TYPE m gauge\nm{a="x",} 1\n'],
    ["a counter without the suffix _total", "# HELP m h\n# TYPE m counter\nm 1\n"],
    ["a metric without samples", "# HELP m h\n# TYPE m gauge\n"],
  ])("rejects %s", (_, given) => {
    expect(() => readExposition(given)).toThrow();
  });
});
