/** The arguments of a tool, as the SDK validates and describes them. */
import { getOpenApiMetadata } from "@asteasolutions/zod-to-openapi";
import { z } from "@hono/zod-openapi";
import type { StandardSchemaWithJSON } from "@modelcontextprotocol/server";

const known = new WeakMap<z.ZodObject, StandardSchemaWithJSON>();

/** Converts a schema of the API to one of the SDK. A value that matches stays as it is: the API parses it again. */
export function toInputSchema(schema: z.ZodObject): StandardSchemaWithJSON {
  const converted = known.get(schema) ?? convert(schema);
  known.set(schema, converted);
  return converted;
}

function convert(schema: z.ZodObject): StandardSchemaWithJSON {
  let json: Record<string, unknown> | undefined;
  const toJson = () => (json ??= toJsonSchema(schema));
  return {
    "~standard": {
      version: 1,
      vendor: "tocsin",
      validate(value) {
        const { error } = schema.safeParse(value);
        return error ? { issues: error.issues } : { value };
      },
      jsonSchema: { input: toJson, output: toJson },
    },
  };
}

/**
 * Returns the JSON Schema of the arguments, with the descriptions and examples of the OpenAPI document. Patterns of ids and times
 * are left out, because the format says the same.
 */
export const toJsonSchema = (schema: z.ZodObject): Record<string, unknown> =>
  z.toJSONSchema(schema, {
    io: "input",
    override({ zodSchema, jsonSchema }) {
      const { description, example } = getOpenApiMetadata(zodSchema as unknown as z.ZodType) ?? {};
      if (description !== undefined) jsonSchema.description = description;
      if (example !== undefined) jsonSchema.examples = [example];
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
