/** The parts of OpenAPI 3.1 that our document uses, and how to find one's way in it. */

export interface Ref {
  $ref: string;
}

export interface Schema {
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  properties?: Record<string, Schema | Ref>;
  required?: string[];
  additionalProperties?: boolean | Schema | Ref;
  items?: Schema | Ref;
  anyOf?: (Schema | Ref)[];
  oneOf?: (Schema | Ref)[];
  allOf?: (Schema | Ref)[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  required?: boolean;
  description?: string;
  schema?: Schema | Ref;
  example?: unknown;
  style?: string;
}

export interface Media {
  schema?: Schema | Ref;
  example?: unknown;
}

export interface Answer {
  description: string;
  content?: Record<string, Media>;
  headers?: Record<string, { description?: string; required?: boolean; schema?: Schema | Ref }>;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security?: Record<string, string[]>[];
  parameters?: (Parameter | Ref)[];
  requestBody?: { required?: boolean; description?: string; content: Record<string, Media> };
  responses: Record<string, Answer>;
}

export interface ApiDocument {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  security: Record<string, string[]>[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

/** An operation with where it is called. */
export interface Route {
  method: string;
  path: string;
  operation: Operation;
}

/** What a reference stands for, with its name; anything else as it is. */
export function resolve<T extends object>(document: ApiDocument, given: T | Ref): { name: string | null; value: T } {
  if (!("$ref" in given)) return { name: null, value: given };
  const [, , room = "", name = ""] = given.$ref.split("/");
  const value = document.components[room]?.[name];
  if (value === undefined) throw new Error(`the document has no ${given.$ref}`);
  return { name, value: value as T };
}

/** As resolve; a schema that only adds words to a named one bears its name too. */
export function resolveSchema(document: ApiDocument, given: Schema | Ref): { name: string | null; value: Schema } {
  const { name, value } = resolve<Schema>(document, given);
  const [base, ...others] = value.allOf ?? [];
  if (name !== null || !base || others.length > 0 || value.properties) return { name, value };
  return { name: resolve<Schema>(document, base).name, value };
}

/** Every operation of a tag, in the order of the document. */
export const routesOf = (document: ApiDocument, tag: string): Route[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, operation]) => ({ method, path, operation })),
  );

/** A schema with what `allOf` lays on top of each other in one: the shape of `.extend()`. */
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

/** The types that a schema names, without null. */
export const typesOf = ({ type }: Schema): string[] => [type ?? []].flat().filter((name) => name !== "null");

/** Whether null is a value of it. */
export const isNullable = (schema: Schema): boolean =>
  [schema.type ?? []].flat().includes("null") ||
  [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].some((part) => "type" in part && part.type === "null");
