/** The schemas of Alertmanager's published document, for the responses of the Alertmanager API. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { parse } from "yaml";

interface Operation {
  responses: Record<string, { $ref?: string; schema?: object }>;
}

interface SwaggerDocument {
  paths: Record<string, Record<string, Operation>>;
  responses: Record<string, { schema?: object }>;
  definitions: Record<string, object>;
}

const document = parse(readFileSync(path.join(import.meta.dirname, "openapi.yaml"), "utf8")) as SwaggerDocument;

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: "published", definitions: document.definitions });

const withId = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/definitions/', '"published#/definitions/')) as object;

/**
 * Compares a response with the published document.
 * @param route a path of the document, such as `/silence/{silenceID}`
 * @returns what differs
 */
export function publishedFaults(method: string, route: string, status: number, body: unknown): string[] {
  const response = document.paths[route]?.[method.toLowerCase()]?.responses[String(status)];
  if (!response) return [`${method} ${route} has no ${status}`];
  const shared = response.$ref?.replace("#/responses/", "");
  const { schema } = shared === undefined ? response : (document.responses[shared] ?? {});
  if (!schema) return [];
  const validate = ajv.compile(withId(schema));
  return validate(body) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
