/** Reads the schemas of docs/openapi.json for tests: their types, and example values for requests. */
import { type ApiDocument, type Ref, resolve, type Schema } from "../../scripts/openapi-document.ts";

/** Merges the parts of `allOf`, which `.extend()` of zod produces, into one schema. */
export function flatten(document: ApiDocument, schema: Schema): Schema {
  if (!schema.allOf) return schema;
  const { allOf, ...own } = schema;
  const parts = [...allOf.map((part) => flatten(document, resolve<Schema>(document, part).value)), own];
  return {
    ...Object.assign({}, ...parts),
    properties: Object.assign({}, ...parts.map((part) => part.properties)) as Schema["properties"] & object,
    required: parts.flatMap((part) => part.required ?? []),
  } as Schema;
}

/** The types of a schema, without null. */
export const typesOf = ({ type }: Schema): string[] => [type ?? []].flat().filter((name) => name !== "null");

export const isNullable = (schema: Schema): boolean =>
  [schema.type ?? []].flat().includes("null") ||
  [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].some((part) => "type" in part && part.type === "null");

const BY_FORMAT: ReadonlyMap<string, string> = new Map([
  ["uuid", "019a3c5e-7b1a-7c3d-9e2f-4a5b6c7d8e9f"],
  ["date-time", "2026-10-01T12:00:00.000Z"],
  ["uri", "https://example.com/"],
  ["email", "ada@example.com"],
]);

const MAX_DEPTH = 6;

/** An example value for a request: the example of the schema, else its required properties only. */
export function exampleOf(document: ApiDocument, node: Schema | Ref, depth = 0): unknown {
  const schema = flatten(document, resolve<Schema>(document, node).value);
  const own = schema.example ?? schema.examples?.[0] ?? schema.const ?? schema.default ?? schema.enum?.[0];
  if (own !== undefined) return own;
  if (depth > MAX_DEPTH) return {};
  const [choice] = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (choice) return exampleOf(document, choice, depth + 1);
  switch (typesOf(schema)[0]) {
    case "object":
      return exampleObject(document, schema, depth);
    case "array":
      return schema.items ? [exampleOf(document, schema.items, depth + 1)] : [];
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return true;
    case "string":
      return BY_FORMAT.get(schema.format ?? "") ?? "text";
    default:
      return schema.type === "null" ? null : {};
  }
}

function exampleObject(document: ApiDocument, schema: Schema, depth: number): unknown {
  const included = Object.entries(schema.properties ?? {}).filter(
    ([name, property]) =>
      schema.required?.includes(name) === true || resolve<Schema>(document, property).value.example !== undefined,
  );
  return Object.fromEntries(included.map(([name, property]) => [name, exampleOf(document, property, depth + 1)]));
}
