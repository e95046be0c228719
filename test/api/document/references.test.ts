import { describe, expect, it } from "vitest";
import { flattenReferences } from "../../../src/api/document/references.ts";

describe("flattenReferences", () => {
  it("writes annotations beside a reference, at any depth", () => {
    const given = { properties: [{ allOf: [{ $ref: "#/a" }, { description: "b", default: "c" }], example: "d" }] };
    expect(flattenReferences(given)).toEqual({
      properties: [{ $ref: "#/a", description: "b", default: "c", example: "d" }],
    });
  });

  it.each([
    { allOf: [{ $ref: "#/a" }, { type: "object", properties: {} }] },
    { allOf: [{ $ref: "#/a" }, { $ref: "#/b" }] },
    { allOf: [{ type: "string" }, { description: "b" }] },
    { allOf: [{ $ref: "#/a" }] },
  ])("keeps %j", (schema) => {
    expect(flattenReferences(schema)).toEqual(schema);
  });
});
