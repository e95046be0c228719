/** The OpenAPI document as the routes make it, and ways through it, for tests. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiDocument, Operation, Schema } from "../../../scripts/openapi-document.ts";
import { openApiDocument } from "../../../src/api/document/index.ts";
import { registerApi } from "../../../src/api/index.ts";
import type { AppEnv } from "../../../src/lib/app-env.ts";

/** The API without its runtime: it serves the document only. */
export const app = new OpenAPIHono<AppEnv>();
registerApi(app);

export const document = JSON.parse(JSON.stringify(openApiDocument(app))) as ApiDocument;

export const operations: { method: string; path: string; operation: Operation; id: string }[] = Object.entries(
  document.paths,
).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ method, path, operation, id: operation.operationId })),
);

/** A part of the document at a JSON Pointer. */
interface Located<T> {
  at: string;
  value: T;
}

/** Every object of the document. */
export function everyNode(value: unknown = document, at = ""): Located<object>[] {
  if (typeof value !== "object" || value === null) return [];
  return [{ at, value }, ...Object.entries(value).flatMap(([key, part]) => everyNode(part, `${at}/${key}`))];
}

/** Keywords whose value is a schema. */
const ONE = new Set(["schema", "items", "additionalProperties"]);
/** Keywords whose value contains schemas. */
const SEVERAL = new Set(["properties", "schemas", "anyOf", "oneOf", "allOf"]);

/** Every schema of the document. */
export const everySchema = (): Located<Schema>[] =>
  everyNode().flatMap(({ at, value }) =>
    Object.entries(value)
      .flatMap(([key, inner]): [string, unknown][] => {
        if (ONE.has(key)) return [[key, inner]];
        if (!SEVERAL.has(key)) return [];
        return Object.entries(inner as object).map(([name, schema]) => [`${key}/${name}`, schema]);
      })
      .flatMap(([key, schema]) =>
        typeof schema === "object" && schema !== null ? [{ at: `${at}/${key}`, value: schema }] : [],
      ),
  );
