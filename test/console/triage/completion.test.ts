import { describe, expect, it } from "vitest";
import { splitForCompletion, suggestFields, suggestValues } from "../../../src/console/triage/completion.ts";
import { toTerm, withoutTerm, withTerm } from "../../../src/console/triage/query-text.ts";

describe("the part of a query to complete", () => {
  it.each([
    ["sev", { field: null, value: "sev", start: 0 }],
    ["-sev", { field: null, value: "sev", start: 1 }],
    ["status:open sev", { field: null, value: "sev", start: 12 }],
    ["severity:cri", { field: "severity", value: "cri", start: 9 }],
    ["severity:critical,hi", { field: "severity", value: "hi", start: 18 }],
    ['integration:"Prod E', { field: "integration", value: "Prod E", start: 12 }],
    ["label.service:che", { field: "label.service", value: "che", start: 14 }],
    ['"a b" key:', { field: "key", value: "", start: 10 }],
  ])("of %j", (query, expected) => {
    expect(splitForCompletion(query, query.length)).toEqual({ ...expected, end: query.length });
  });
});

it("suggests fields, labels, and values in quotes where needed", () => {
  expect(suggestFields("sev", ["severity_id"]).map(({ text }) => text)).toEqual(["severity:", "label.severity_id:"]);
  expect(suggestFields("", []).map(({ text }) => text)).toContain("integration:");
  expect(suggestValues(["Prod EU", "Staging"], "pro")).toEqual([{ text: "Prod EU", insert: '"Prod EU"', hint: "" }]);
});

describe("a query", () => {
  it("gains a term once", () => {
    const term = toTerm("label.service", "check out");
    expect(withTerm("severity:high", term)).toBe('severity:high label.service:"check out"');
    expect(withTerm('label.service:"check out"', term)).toBe('label.service:"check out"');
  });

  it("loses one of its terms", () => {
    expect(withoutTerm("status:open disk -label.env:staging", 1)).toBe("status:open -label.env:staging");
  });
});
