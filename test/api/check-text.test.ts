import { describe, expect, it } from "vitest";
import { textFaults } from "../../src/api/check-text.ts";

describe("texts in a request", () => {
  it("may contain everything but NUL and lone surrogates", () => {
    expect(textFaults({ name: "Ops 😀\n\t\u{FFFD}\uFFFF", list: ["a", { b: "ü" }], count: 1, none: null })).toEqual([]);
  });

  it("are named by their pointers, names of members included", () => {
    expect(
      textFaults({ name: "a\0", filter: { labels: { "x/y": "\uD800" } }, list: ["ok", "\uDC00x"], "k\uD800": "\0" }),
    ).toEqual([
      { pointer: "/name", detail: "contains a NUL character" },
      { pointer: "/filter/labels/x~1y", detail: "contains a lone surrogate" },
      { pointer: "/list/1", detail: "contains a lone surrogate" },
      { pointer: "/k\uFFFD", detail: "its name contains a lone surrogate" },
      { pointer: "/k\uFFFD", detail: "contains a NUL character" },
    ]);
  });

  it("may have any name but `__proto__`, which schemas leave out", () => {
    expect(textFaults(JSON.parse('{"constructor":1,"toString":{"":"__proto__"},"proto":2}'))).toEqual([]);
    expect(textFaults(JSON.parse('{"labels":{"__proto__":"x"}}'))).toEqual([
      { pointer: "/labels/__proto__", detail: "its name is reserved" },
    ]);
  });
});
