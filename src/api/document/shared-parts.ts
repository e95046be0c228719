/** Adds to the document what the middleware does for all operations: parameters, response headers and responses. */
import { acceptsPrefer } from "../prefer.ts";
import type { OpenApiDocument } from "./index.ts";

interface Answer {
  description: string;
  headers?: Record<string, object>;
}

interface Operation {
  parameters?: object[];
  security?: object[];
  responses: Record<string, Answer>;
}

const header = (description: string, schema: object, example?: unknown) => ({
  description,
  schema,
  ...(example !== undefined && { example }),
});

const HEADERS = {
  "X-Request-Id": header("Id of the request, which is also in the log", { type: "string", format: "uuid" }),
  "RateLimit-Policy": header(
    "Limit of an API key or user: requests (`q`) in a window of seconds (`w`)",
    { type: "string" },
    '"api";q=1200;w=60',
  ),
  "Retry-After": header("Seconds to wait before the next attempt", { type: "integer", minimum: 0 }, 5),
  "Idempotency-Replayed": header("`true`: this is the first response to the `Idempotency-Key`, sent again", {
    type: "string",
    enum: ["true"],
  }),
  "Preference-Applied": header("`return=minimal`: the body is omitted", { type: "string" }, "return=minimal"),
  Link: header('URL of the next page, with `rel="next"` (RFC 8288). Absent on the last page', { type: "string" }),
  Location: header("Path of the created resource", { type: "string", format: "uri-reference" }),
} as const;

type HeaderName = keyof typeof HEADERS;

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

/** Returns the document with the shared parts in every operation but those of ingest, which have none of the middleware. */
export function withSharedParts(document: OpenApiDocument): OpenApiDocument {
  const responses = new Map<string, Answer>();
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    if (path.startsWith("/in/")) continue;
    for (const [method, operation] of Object.entries(item as unknown as Record<string, Operation>)) {
      addParameters(method, operation);
      addHeaders(method, operation);
      shareErrors(method, operation, responses);
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
  if (method === "get" && "etag" in (operation.responses["200"]?.headers ?? {})) {
    names.push("IfNoneMatch");
    operation.responses["304"] = { description: "Not modified: the client has the current version" };
  }
  const references = names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
  if (references.length > 0) operation.parameters = [...(operation.parameters ?? []), ...references];
}

function addHeaders(method: string, operation: Operation): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    const names: HeaderName[] = ["X-Request-Id", "RateLimit-Policy"];
    if (status === "429" || status === "503") names.push("Retry-After");
    if (status === "201") names.push("Location");
    if (status.startsWith("2") && isChange(method, operation)) names.push("Idempotency-Replayed");
    if (status === "204" && acceptsPrefer(operation)) names.push("Preference-Applied");
    if (status === "200" && isPage(operation)) names.push("Link");
    const added = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
    operation.responses[status] = { ...response, headers: { ...response.headers, ...added } };
  }
}

/** Replaces errors that are equal in several operations by references to one response. */
function shareErrors(method: string, operation: Operation, responses: Map<string, Answer>): void {
  const referenceTo = (name: string) => ({ $ref: `#/components/responses/${name}` }) as unknown as Answer;
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

/** Whether the operation accepts an `Idempotency-Key`. */
const isChange = (method: string, { security }: Operation): boolean => method !== "get" && security?.length !== 0;

const isPage = ({ parameters = [] }: Operation): boolean =>
  ["cursor", "limit"].every((name) => parameters.some((parameter) => "name" in parameter && parameter.name === name));
