import { expect, it } from "vitest";
import { describeType } from "../../scripts/lib/describe-type.ts";

it.each([
  [{ $ref: "#/components/schemas/AlertPage" }, "[AlertPage](schemas.md#alertpage)"],
  [{ anyOf: [{ $ref: "#/components/schemas/Role" }, { type: "null" }] }, "[Role](schemas.md#role) or null"],
  [{ type: "array", items: { $ref: "#/components/schemas/Scope" } }, "array of [Scope](schemas.md#scope)"],
  [{ type: "array", items: { type: "string" }, maxItems: 10 }, "array of string, at most 10 items"],
  [{ type: "integer", minimum: 1, maximum: 200, default: 50 }, "integer, 1 to 200, by default `50`"],
  [{ type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, "integer"],
  [{ type: ["string", "null"], format: "uuid" }, "uuid or null"],
  [{ type: "string", minLength: 1, maxLength: 200 }, "string, 1 to 200 characters"],
  [{ type: "string", maxLength: 2000 }, "string, at most 2,000 characters"],
  [{ type: "string", pattern: "^a+$" }, "string, matches `^a+$`"],
  [{ type: "string", enum: ["accepted"] }, '`"accepted"`'],
  [{ type: "object", additionalProperties: { type: "string" } }, "object of string"],
  [{ type: "object", additionalProperties: {} }, "object"],
  [{}, "any value"],
])("the type of %j is %s", (schema, text) => {
  expect(describeType(schema)).toBe(text);
});
