/** No object in a request body accepts a field that it does not have: a misspelt setting would be ignored. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type ApiDocument, type Ref, resolve, type Schema } from "../../scripts/openapi-document.ts";

const document = JSON.parse(
  readFileSync(path.join(import.meta.dirname, "../../docs/openapi.json"), "utf8"),
) as ApiDocument;

/** The pointers of all objects in a schema that accept unknown fields. */
function looseObjects(given: Schema | Ref, pointer = "", seen = new Set<Schema>()): string[] {
  const schema = resolve<Schema>(document, given).value;
  if (seen.has(schema)) return [];
  seen.add(schema);
  const isLoose = schema.properties !== undefined && schema.additionalProperties !== false;
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [
    ...(isLoose ? [pointer || "/"] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
      looseObjects(field, `${pointer}/${name}`, seen),
    ),
    ...alternatives.flatMap((choice, at) => looseObjects(choice, `${pointer}(${at})`, seen)),
    ...(schema.items ? looseObjects(schema.items, `${pointer}/-`, seen) : []),
    ...(typeof schema.additionalProperties === "object"
      ? looseObjects(schema.additionalProperties, `${pointer}/*`, seen)
      : []),
  ];
}

const bodies = Object.entries(document.paths)
  .filter(([route]) => !route.startsWith("/in/") && !route.startsWith("/api/v2/"))
  .flatMap(([route, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const { requestBody } = operation as { requestBody?: { content: Record<string, { schema: Schema | Ref }> } };
      const schema = requestBody?.content["application/json"]?.schema;
      return schema ? [{ name: `${method.toUpperCase()} ${route}`, schema }] : [];
    }),
  );

describe("every object in the body of a request is strict", () => {
  it("in more than ten operations", () => expect(bodies.length).toBeGreaterThan(10));

  it.each(bodies)("$name", ({ schema }) => {
    expect(looseObjects(schema)).toEqual([]);
  });
});
