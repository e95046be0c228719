import { describe, expect, it } from "vitest";
import { NamedSchemas, type Schema, toPascalCase } from "../../../src/api/document/named-schemas.ts";

const point: Schema = { type: "object", properties: { x: { type: "integer" } } };

describe("NamedSchemas", () => {
  it("names an inline object by its schema and field, with annotations beside the reference", () => {
    const schemas = new NamedSchemas({
      Shape: { type: "object", properties: { center: { ...point, description: "c" } } },
    });
    expect(schemas.all).toEqual({
      Shape: {
        type: "object",
        properties: { center: { $ref: "#/components/schemas/ShapeCenter", description: "c" } },
      },
      ShapeCenter: { ...point, description: "c" },
    });
  });

  it("makes a nullable object an `anyOf`, so that the named schema is never null", () => {
    const schemas = new NamedSchemas({});
    expect(schemas.reference({ ...point, type: ["object", "null"], description: "d" }, "Center")).toEqual({
      anyOf: [{ $ref: "#/components/schemas/Center" }, { type: "null" }],
      description: "d",
    });
    expect(schemas.all.Center).toEqual({ ...point, type: "object" });
  });

  it("makes a nullable enum an `anyOf`", () => {
    const schemas = new NamedSchemas({});
    expect(schemas.reference({ type: ["string", "null"], enum: ["a", "b", null] }, "Letter")).toEqual({
      anyOf: [{ $ref: "#/components/schemas/Letter" }, { type: "null" }],
    });
    expect(schemas.all.Letter).toEqual({ type: "string", enum: ["a", "b"] });
  });

  it.each([
    ["Results", "Result"],
    ["Entries", "Entry"],
    ["AlertCountsData", "AlertCount"],
    ["Status", "StatusItem"],
    ["Address", "AddressItem"],
  ])("names the items of %s %s", (list, item) => {
    const schemas = new NamedSchemas({});
    schemas.reference({ type: "array", items: point }, list);
    expect(Object.keys(schemas.all)).toEqual([item]);
  });

  it("refers to a declared schema with the same content", () => {
    const schemas = new NamedSchemas({ Level: { type: "string", enum: ["low", "high"], description: "of water" } });
    expect(schemas.reference({ type: "string", enum: ["low", "high"], default: "low" }, "Other")).toEqual({
      $ref: "#/components/schemas/Level",
      default: "low",
    });
    expect(Object.keys(schemas.all)).toEqual(["Level"]);
  });

  it("adds a discriminator to a union whose variants have a literal field", () => {
    const variant = (kind: string): Schema => ({
      type: "object",
      properties: { kind: { type: "string", enum: [kind] } },
      required: ["kind"],
    });
    const schemas = new NamedSchemas({ Key: { oneOf: [variant("api-key"), variant("session")] } });
    expect(schemas.all.Key).toEqual({
      oneOf: [{ $ref: "#/components/schemas/KeyApiKey" }, { $ref: "#/components/schemas/KeySession" }],
      discriminator: {
        propertyName: "kind",
        mapping: { "api-key": "#/components/schemas/KeyApiKey", session: "#/components/schemas/KeySession" },
      },
    });
  });

  it("completes the discriminator of a union of declared schemas", () => {
    const variant = (kind: string): Schema => ({
      type: "object",
      properties: { kind: { type: "string", enum: [kind] } },
      required: ["kind"],
    });
    const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
    const oneOf = [reference("Left"), reference("Right")];
    const schemas = new NamedSchemas({ Side: { oneOf }, Left: variant("left"), Right: variant("right") });
    expect(schemas.all.Side).toEqual({
      oneOf,
      discriminator: {
        propertyName: "kind",
        mapping: { left: "#/components/schemas/Left", right: "#/components/schemas/Right" },
      },
    });
  });

  it("adds no discriminator that a value may omit", () => {
    const variant = (kind: string, required: string[]): Schema => ({
      type: "object",
      properties: { kind: { type: "string", enum: [kind] } },
      required,
    });
    const references = [{ $ref: "#/components/schemas/Left" }, { $ref: "#/components/schemas/Right" }];
    const Side = { oneOf: references, discriminator: { propertyName: "kind" } };
    const schemas = new NamedSchemas({ Side, Left: variant("left", []), Right: variant("right", ["kind"]) });
    expect(schemas.all.Side).toEqual({ anyOf: references });
  });

  it("leaves texts, numbers, maps and literals inline", () => {
    const schemas = new NamedSchemas({});
    for (const schema of [
      { type: "string" },
      { type: ["integer", "null"] },
      { type: "string", enum: ["only"] },
      { type: "object", additionalProperties: { type: "string" } },
      { $ref: "#/components/schemas/Alert" },
    ])
      expect(schemas.reference(schema, "Name")).toEqual(schema);
    expect(schemas.all).toEqual({});
  });

  it("rejects two schemas of one name", () => {
    const schemas = new NamedSchemas({ Center: point });
    expect(() => schemas.reference({ type: "string", enum: ["a", "b"] }, "Center")).toThrow(
      'two schemas are named Center: name one of them with .openapi("…")',
    );
  });
});

it.each([
  ["last24Hours", "Last24Hours"],
  ["not-found", "NotFound"],
  ["listAlerts", "ListAlerts"],
])("toPascalCase(%s) is %s", (text, name) => {
  expect(toPascalCase(text)).toBe(name);
});
