/** The parts of OpenAPI 3.1 that docs/openapi.json uses. It does not cover the whole specification. */

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
  explode?: boolean;
}

export interface Media {
  schema?: Schema | Ref;
  /** The schema of a line of NDJSON. */
  "x-itemSchema"?: Ref;
  example?: unknown;
}

export interface Header {
  description?: string;
  required?: boolean;
  schema?: Schema | Ref;
}

export interface Answer {
  description: string;
  content?: Record<string, Media>;
  headers?: Record<string, Header | Ref>;
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
  webhooks: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

/** An operation with its method and path. */
export interface Route {
  method: string;
  path: string;
  operation: Operation;
}

/** The target of a reference, with its name in `components`; any other object unchanged, without a name. */
export function resolve<T extends object>(document: ApiDocument, node: T | Ref): { name: string | null; value: T } {
  if (!("$ref" in node)) return { name: null, value: node };
  const [, , section = "", name = ""] = node.$ref.split("/");
  const value = document.components[section]?.[name];
  if (value === undefined) throw new Error(`the document has no ${node.$ref}`);
  return { name, value: value as T };
}

/** The operations of a tag, in the order of the document. */
export const routesOf = (document: ApiDocument, tag: string): Route[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, operation]) => ({ method, path, operation })),
  );
