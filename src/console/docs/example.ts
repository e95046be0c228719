/** Example values made from schemas. */
import { type ApiDocument, flatten, type Media, type Ref, resolve, type Schema, typesOf } from "./document.ts";

const BY_FORMAT: ReadonlyMap<string, string> = new Map([
  ["uuid", "019a3c5e-7b1a-7c3d-9e2f-4a5b6c7d8e9f"],
  ["date-time", "2026-10-01T12:00:00.000Z"],
  ["uri", "https://example.com/"],
  ["email", "ada@example.com"],
]);

/** `request`: only what must be sent, or what an example is given for. `response`: all of it. */
type Direction = "request" | "response";

const MAX_DEPTH = 6;

/** An example of a body. */
export const exampleOfMedia = (document: ApiDocument, { example, schema }: Media, direction: Direction): unknown =>
  example ?? (schema ? exampleOf(document, schema, direction) : undefined);

/** An example of a value; its own, if the schema has one. */
export function exampleOf(document: ApiDocument, given: Schema | Ref, direction: Direction, depth = 0): unknown {
  const schema = flatten(document, resolve<Schema>(document, given).value);
  const own = schema.example ?? schema.examples?.[0] ?? schema.const ?? schema.default ?? schema.enum?.[0];
  if (own !== undefined) return own;
  if (depth > MAX_DEPTH) return {};
  const [choice] = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (choice) return exampleOf(document, choice, direction, depth + 1);
  switch (typesOf(schema)[0]) {
    case "object":
      return exampleObject(document, schema, direction, depth);
    case "array":
      return schema.items ? [exampleOf(document, schema.items, direction, depth + 1)] : [];
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

function exampleObject(document: ApiDocument, schema: Schema, direction: Direction, depth: number): unknown {
  const wanted = Object.entries(schema.properties ?? {}).filter(
    ([name, property]) =>
      direction === "response" ||
      schema.required?.includes(name) === true ||
      resolve<Schema>(document, property).value.example !== undefined,
  );
  return Object.fromEntries(
    wanted.map(([name, property]) => [name, exampleOf(document, property, direction, depth + 1)]),
  );
}
