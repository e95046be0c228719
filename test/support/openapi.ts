/** Reads the OpenAPI document, and validates replies against it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import {
  type Answer,
  type ApiDocument,
  type Header,
  type Operation,
  type Parameter,
  type Ref,
  resolve,
  type Schema,
} from "../../scripts/openapi-document.ts";
import { flatten } from "./openapi-schema.ts";

/** An operation with all the information for a call. */
export interface Call {
  id: string;
  method: string;
  path: string;
  operation: Operation;
  parameters: Parameter[];
  body: { mediaType: string; schema: Schema | Ref } | null;
  /** Accepted credentials; empty: none are needed. */
  security: Record<string, string[]>[];
}

/** The document in docs; a test checks that the service serves the same one. */
export const readDocument = (): ApiDocument =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, "../../docs/openapi.json"), "utf8")) as ApiDocument;

/** Every operation, in the order of the document. */
export const callsOf = (document: ApiDocument): Call[] =>
  Object.entries(document.paths).flatMap(([route, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const [body] = Object.entries(operation.requestBody?.content ?? {});
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path: route,
        operation,
        parameters: (operation.parameters ?? []).map((given) => resolve<Parameter>(document, given).value),
        body: body ? { mediaType: body[0], schema: body[1].schema ?? {} } : null,
        security: operation.security ?? document.security,
      };
    }),
  );

export interface Reply {
  status: number;
  /** Without its parameters, in lower case; empty: none. */
  mediaType: string;
  headers: Headers;
  /** The read part of the body: for a stream, its beginning. */
  text: string;
}

/** Checks values by the schemas of a document. */
export class Validator {
  readonly #document: ApiDocument;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, discriminator: false });
  readonly #compiled = new Map<Schema | Ref, ValidateFunction>();

  constructor(document: ApiDocument) {
    this.#document = document;
    formats.default(this.#ajv);
    this.#ajv.addSchema({ $id: "https://document.test/", components: document.components });
  }

  /** Validation errors of a value. */
  errors(schema: Schema | Ref, value: unknown): string[] {
    let validate = this.#compiled.get(schema);
    if (!validate) {
      validate = this.#ajv.compile(absolute(schema) as Schema);
      this.#compiled.set(schema, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message ?? ""}`);
  }

  /** Differences between a reply and what the operation declares: status, headers, media type, body. */
  problems({ operation }: Call, reply: Reply): string[] {
    const { status, mediaType, text } = reply;
    const declared = operation.responses[status] ?? operation.responses[`${String(status)[0] ?? ""}XX`];
    if (!declared) return [`status ${status} is not declared`];
    // https://www.rfc-editor.org/rfc/rfc7240#section-4.2
    if (reply.headers.get("preference-applied") === "return=minimal")
      return text === "" ? [] : ["a body despite Prefer: return=minimal"];
    const { content, headers = {} } = resolve<Answer>(this.#document, declared).value;
    const undeclared = undeclaredHeaders(reply.headers, Object.keys(headers));
    if (undeclared.length > 0) return [`the undeclared header ${undeclared.join(", ")}`];
    const missing = Object.entries(headers)
      .filter(([name, header]) => resolve<Header>(this.#document, header).value.required && !reply.headers.has(name))
      .map(([name]) => name);
    if (missing.length > 0) return [`without the header ${missing.join(", ")}`];
    if (!content) return text === "" ? [] : [`an undeclared body: ${mediaType} ${text.slice(0, 100)}`];
    const media = content[mediaType] ?? content["*/*"];
    if (!media) return [`media type "${mediaType}" is not declared for ${status}`];
    if (!mediaType.endsWith("json") || !media.schema || !content[mediaType]) return [];
    const { schema, "x-itemSchema": item } = media;
    if (item) return text.split("\n").flatMap((line) => (line === "" ? [] : this.#valueProblems(item, line)));
    return this.#valueProblems(schema, text);
  }

  #valueProblems(schema: Schema | Ref, text: string): string[] {
    const value = JSON.parse(text) as unknown;
    return [...this.errors(schema, value), ...this.#undeclared(schema, value, "")];
  }

  /** Undeclared fields: they may be internal. */
  #undeclared(given: Schema | Ref, value: unknown, at: string): string[] {
    const schema = flatten(this.#document, resolve<Schema>(this.#document, given).value);
    if (Array.isArray(value)) {
      const { items } = schema;
      return items ? value.flatMap((item, i) => this.#undeclared(items, item, `${at}/${i}`)) : [];
    }
    const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
    const choice = choices.find((part) => this.errors(part, value).length === 0);
    if (choice) return this.#undeclared(choice, value, at);
    if (typeof value !== "object" || value === null || !schema.properties) return [];
    return Object.entries(value).flatMap(([name, field]) => {
      const property = schema.properties?.[name];
      if (property) return this.#undeclared(property, field, `${at}/${name}`);
      return schema.additionalProperties ? [] : [`${at}/${name} is not declared`];
    });
  }
}

/** Headers that every answer of a web server may have, or that middleware sends for browsers. */
const COMMON_HEADERS =
  /^(access-control-.*|cache-control|connection|content-(encoding|length|security-policy|type)|cross-origin-.*|date|keep-alive|origin-agent-cluster|referrer-policy|server|strict-transport-security|transfer-encoding|vary|x-(content-type-options|dns-prefetch-control|download-options|frame-options|permitted-cross-domain-policies|xss-protection))$/;

function undeclaredHeaders(headers: Headers, declared: readonly string[]): string[] {
  const names = new Set(declared.map((name) => name.toLowerCase()));
  return [...headers.keys()].filter((name) => !names.has(name) && !COMMON_HEADERS.test(name));
}

/** A schema whose references are resolved against the whole document. */
function absolute(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(absolute);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === "$ref" && typeof value === "string" ? `https://document.test/${value}` : absolute(value),
    ]),
  );
}
