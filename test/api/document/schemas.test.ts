/** Rules of the whole document that generators of clients need. */
import { expect, it } from "vitest";
import { resolve, type Schema } from "../../../scripts/openapi-document.ts";
import { toPascalCase } from "../../../src/api/document/named-schemas.ts";
import { PROBLEM_TYPES } from "../../../src/lib/problem.ts";
import { document, everyNode, everySchema, operations } from "./document.ts";
import { Validator } from "../../support/openapi.ts";

const schemas = document.components.schemas as Record<string, Schema>;
const all = everySchema();
const validator = new Validator(document);

/** The places of the schemas that break a rule. */
const breaking = (isBroken: (schema: Schema, at: string) => boolean): string[] =>
  all.filter(({ at, value }) => isBroken(value, at)).map(({ at }) => at);

it("every object, enum and union is a named schema", () => {
  // The second part of an `allOf` has the fields that a named schema adds to another one.
  const isDeclaration = (at: string) => /^\/components\/schemas\/\w+(\/allOf\/1)?$/.test(at);
  const isType = ({ properties, enum: values = [], oneOf }: Schema) => properties ?? oneOf ?? values.length > 1;
  expect(breaking((schema, at) => Boolean(isType(schema)) && !isDeclaration(at))).toEqual([]);
});

it("a named schema is never null itself", () => {
  const isNull = ({ type }: Schema) => [type ?? []].flat().includes("null");
  expect(Object.keys(schemas).filter((name) => isNull(schemas[name]!))).toEqual([]);
});

it("`anyOf` has a reference and null, or only references", () => {
  const isNullable = ([one, other, ...rest]: object[]) =>
    one && "$ref" in one && other && "type" in other && other.type === "null" && rest.length === 0;
  const isUnion = (parts: object[]) => parts.every((part) => "$ref" in part);
  expect(breaking(({ anyOf }) => anyOf !== undefined && !isNullable(anyOf) && !isUnion(anyOf))).toEqual([]);
});

it("`oneOf` has references and a discriminator", () => {
  const isUnion = (schema: Schema) => "discriminator" in schema && schema.oneOf?.every((part) => "$ref" in part);
  expect(breaking((schema) => schema.oneOf !== undefined && !isUnion(schema))).toEqual([]);
});

it("`allOf` adds new fields to one other schema", () => {
  const isExtension = ([base, added, ...rest]: object[]) => {
    if (!base || !("$ref" in base) || !added || rest.length > 0) return false;
    const inherited = Object.keys(resolve<Schema>(document, base as { $ref: string }).value.properties ?? {});
    return Object.keys((added as Schema).properties ?? {}).every((name) => !inherited.includes(name));
  };
  expect(breaking(({ allOf }) => allOf !== undefined && !isExtension(allOf))).toEqual([]);
});

it("no generator makes one name of two", () => {
  // Go names the types of parameters, bodies and responses by their operation.
  const ofOperations = operations.flatMap(({ id }) =>
    ["", "Params", "JSONBody", "JSONRequestBody", "Response"].map((suffix) => toPascalCase(id) + suffix),
  );
  // Every generator names a literal by its schema and field.
  const ofFields = Object.entries(schemas).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties).flatMap(([field, property]) => ("enum" in property ? [name + field] : [])),
  );
  const components = ["schemas", "responses", "parameters"].flatMap((section) =>
    Object.keys(document.components[section] ?? {}),
  );
  // Generators change case and drop hyphens.
  const names = [...components, ...ofOperations, ...ofFields].map((name) => name.toLowerCase().replaceAll(/\W/g, ""));
  expect(names.filter((name, at) => names.indexOf(name) < at)).toEqual([]);
});

it("no schema has the name of a type that generated clients import", () => {
  const imported = new Set([
    "Any",
    "BinaryIO",
    "Client",
    "Error",
    "File",
    "Generator",
    "Mapping",
    "Object",
    "Record",
    "Request",
    "Response",
    "TextIO",
    "Unset",
    "UUID",
  ]);
  expect(Object.keys(schemas).filter((name) => imported.has(name))).toEqual([]);
});

it("no generator makes one field of two", () => {
  const names = ({ properties = {} }: Schema) =>
    Object.keys(properties).map((name) => name.toLowerCase().replaceAll(/\W|_/g, ""));
  expect(breaking((schema) => new Set(names(schema)).size < names(schema).length)).toEqual([]);
});

it("the types of problems are listed", () => {
  expect(schemas.ProblemType?.enum).toEqual(PROBLEM_TYPES.map(({ type }) => type));
});

it("what is deprecated says what to use instead", () => {
  const deprecated = everyNode().filter(({ value }) => "deprecated" in value && value.deprecated === true);
  const isExplained = ({ description }: { description?: string }) =>
    /\bDeprecated: use `[^`]+`/.test(description ?? "");
  expect(deprecated.filter(({ value }) => !isExplained(value)).map(({ at }) => at)).toEqual([]);
});

it("examples and defaults of schemas are valid", () => {
  const errors = all.flatMap(({ at, value: schema }) =>
    [schema.example, ...(schema.examples ?? []), schema.default]
      .filter((value) => value !== undefined)
      .flatMap((value) => validator.errors(schema, value).map((error) => `${at}: ${error}`)),
  );
  expect(errors).toEqual([]);
});

it("examples of parameters, headers and bodies are valid", () => {
  const errors = everyNode().flatMap(({ at, value }) =>
    "example" in value && "schema" in value
      ? validator.errors(value.schema as Schema, value.example).map((error) => `${at}: ${error}`)
      : [],
  );
  expect(errors).toEqual([]);
});
