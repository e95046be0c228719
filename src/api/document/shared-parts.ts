/** Adds to the document what the middleware does for all operations: parameters, response headers and responses. */
import { acceptsPrefer } from "../prefer.ts";
import type { OpenApiDocument } from "./index.ts";
import { type Answer, isChange, type Operation } from "./operation.ts";
import { addResponseHeaders, hasEtag, HEADERS } from "./response-headers.ts";

const PARAMETERS = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description: "Makes the request safe to repeat: for a day, a repeat gets the first response and changes nothing",
    schema: { type: "string", minLength: 1, maxLength: 255 },
    example: "5f0c1f6e-retry-safe",
  },
  Prefer: {
    name: "Prefer",
    in: "header",
    description: "`return=minimal` omits the body of the response",
    schema: { type: "string" },
    example: "return=minimal",
  },
  IfNoneMatch: {
    name: "If-None-Match",
    in: "header",
    description: "`ETag` of the version that the client has. The same current version is answered with 304",
    schema: { type: "string" },
    example: '"3"',
  },
} as const;

type ParameterName = keyof typeof PARAMETERS;

/** Names of the error responses by status: most operations share them. */
const ERRORS: Readonly<Record<string, string>> = {
  400: "InvalidRequest",
  401: "Unauthenticated",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  412: "VersionMismatch",
  413: "TooLarge",
  415: "UnsupportedMediaType",
  422: "IdempotencyKeyReused",
  429: "TooManyRequests",
  500: "InternalError",
  503: "Unavailable",
};

/** Returns the document with the shared parts in every operation. Those of ingest have only the headers of their responses. */
export function withSharedParts(document: OpenApiDocument): OpenApiDocument {
  const responses = new Map<string, Answer>();
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const isIngest = path.startsWith("/in/");
    for (const [method, operation] of Object.entries(item as unknown as Record<string, Operation>)) {
      if (!isIngest) addParameters(method, operation);
      addResponseHeaders(method, operation);
      if (!isIngest) shareErrors(method, operation, responses);
    }
  }
  const { components } = document;
  return {
    ...document,
    components: {
      ...components,
      parameters: { ...components?.parameters, ...PARAMETERS },
      headers: { ...components?.headers, ...HEADERS } as NonNullable<typeof components>["headers"] & object,
      responses: Object.fromEntries(responses) as NonNullable<typeof components>["responses"] & object,
    },
  };
}

function addParameters(method: string, operation: Operation): void {
  const names: ParameterName[] = [];
  if (isChange(method, operation)) names.push("IdempotencyKey");
  if (acceptsPrefer(operation)) names.push("Prefer");
  if (method === "get" && hasEtag(operation)) {
    names.push("IfNoneMatch");
    operation.responses["304"] = { description: "Not modified: the client has the current version" };
  }
  const references = names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
  if (references.length > 0) operation.parameters = [...(operation.parameters ?? []), ...references];
}

const referenceTo = (name: string): Answer => ({ $ref: `#/components/responses/${name}` }) as unknown as Answer;

/** Replaces errors that are equal in several operations by references to one response. */
function shareErrors(method: string, operation: Operation, responses: Map<string, Answer>): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    const name = ERRORS[status];
    if (name === undefined) continue;
    const shared = responses.get(name) ?? response;
    responses.set(name, shared);
    if (JSON.stringify(shared) === JSON.stringify(response)) operation.responses[status] = referenceTo(name);
  }
  if (!isChange(method, operation)) return;
  operation.responses["409"] ??= referenceTo("Conflict");
  operation.responses["422"] ??= referenceTo("IdempotencyKeyReused");
}
