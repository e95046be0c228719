import { describe, expect, it } from "vitest";
import { UsageError } from "../src/errors.ts";
import { matchersText, readMatchers } from "../src/matchers.ts";

describe("readMatchers", () => {
  it("reads all operators", () => {
    const matchers = readMatchers(["a=1", "b!=2", "c=~3|4", 'd!~"5 6"']);
    expect(matchersText(matchers)).toBe('a="1" b!="2" c=~"3|4" d!~"5 6"');
    expect(matchers[3]).toEqual({ name: "d", value: "5 6", isRegex: true, isEqual: false });
  });

  it("reads a first word without an operator as the value of alertname", () => {
    expect(matchersText(readMatchers(["HighLatency", "instance=db-1"]))).toBe(
      'alertname="HighLatency" instance="db-1"',
    );
  });

  it.each([["{a=1}"], ["a=1", "HighLatency"], ["=1"]])("rejects %j", (...texts) => {
    expect(() => readMatchers(texts)).toThrow(UsageError);
  });
});
