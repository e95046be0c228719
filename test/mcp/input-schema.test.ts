import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { toInputSchema } from "../../src/mcp/input-schema.ts";
import { TOOLS } from "../../src/mcp/tools/index.ts";

interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  description?: string;
  examples?: unknown[];
  pattern?: string;
  format?: string;
}

const schemaOf = ({ input }: (typeof TOOLS)[number]): JsonSchema =>
  toInputSchema(input)["~standard"].jsonSchema.input({ target: "draft-2020-12" });

describe.each(TOOLS.map((tool) => [tool.name, tool] as const))("the arguments of %s", (_, tool) => {
  const schema = schemaOf(tool);

  it("are an object in valid JSON Schema, which allows no further fields", () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    expect(ajv.validateSchema(schema)).toBe(true);
    expect(schema).toMatchObject({ type: "object", additionalProperties: false });
  });

  it("are described, and their examples are valid", () => {
    for (const [name, argument] of Object.entries(schema.properties ?? {})) {
      expect([name, argument.description]).toEqual([name, expect.stringMatching(/^\S.+\S$/s)]);
      for (const example of argument.examples ?? []) {
        const field = tool.input.shape[name] as { safeParse(value: unknown): { success: boolean } };
        expect([name, field.safeParse(example).success]).toEqual([name, true]);
      }
    }
  });

  it("are rejected with an unknown field", async () => {
    const result = await toInputSchema(tool.input)["~standard"].validate({ surprise: 1 });
    expect(result.issues?.map(({ message }) => message).join()).toContain("surprise");
  });
});

describe("the tools", () => {
  it("have unique names, and are marked as read-only exactly when they need a read scope", () => {
    expect(new Set(TOOLS.map(({ name }) => name)).size).toBe(TOOLS.length);
    for (const { name, scope, annotations } of TOOLS) {
      expect([name, annotations.readOnlyHint]).toEqual([name, scope.endsWith(":read")]);
    }
  });
});
