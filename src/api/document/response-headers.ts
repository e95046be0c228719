/** The response headers of all operations, which the middleware sends. An operation declares only headers of its own. */
import { acceptsPrefer } from "../prefer.ts";
import { type Answer, isChange, isPage, type Operation } from "./operation.ts";

const header = (description: string, schema: object, more: { example?: unknown; required?: boolean } = {}) => ({
  description,
  schema,
  ...more,
});

const text = { type: "string" };

export const HEADERS = {
  "X-Request-Id": header(
    "Id of the request, which is also in the log",
    { type: "string", format: "uuid" },
    { required: true },
  ),
  "RateLimit-Policy": header(
    "Limit of an API key or user: requests (`q`) in a window of seconds (`w`). The root key has none",
    text,
    { example: '"api";q=1200;w=60' },
  ),
  RateLimit: header("The exceeded limit: no requests are left (`r`) for some seconds (`t`)", text, {
    example: '"api";r=0;t=60',
  }),
  "Retry-After": header("Seconds to wait before the next attempt", { type: "integer", minimum: 0 }, { example: 5 }),
  "WWW-Authenticate": header("How to authenticate", text, { example: 'Bearer realm="tocsin"' }),
  "Idempotency-Replayed": header("`true`: this is the first response to the `Idempotency-Key`, sent again", {
    type: "string",
    enum: ["true"],
  }),
  "Preference-Applied": header("`return=minimal`: the body is omitted", text, { example: "return=minimal" }),
  ETag: header("Current version, for `If-Match` and `If-None-Match`", text, { example: '"3"' }),
  Link: header('URL of the next page, with `rel="next"` (RFC 8288). Absent on the last page', text),
  Location: header("The created resource, or where a redirect leads", { type: "string", format: "uri-reference" }),
} as const;

type HeaderName = keyof typeof HEADERS;

/** Whether a response of an operation has a header. */
const CONDITIONS: Readonly<Record<HeaderName, (operation: Operation, method: string, status: string) => boolean>> = {
  "X-Request-Id": () => true,
  "RateLimit-Policy": (operation, _method, status) => operation.security?.length !== 0 && status !== "401",
  RateLimit: (operation, _method, status) => operation.security?.length !== 0 && status === "429",
  "Retry-After": (operation, method, status) =>
    // Compatibility APIs declare classes of statuses.
    ["429", "503", "4XX", "5XX"].includes(status) || (status === "409" && isChange(method, operation)),
  "WWW-Authenticate": (operation, _method, status) => operation.security?.length !== 0 && status === "401",
  "Idempotency-Replayed": (operation, method, status) => status.startsWith("2") && isChange(method, operation),
  "Preference-Applied": (operation, _method, status) => status === "204" && acceptsPrefer(operation),
  ETag: (operation, _method, status) =>
    status === "412" || (hasEtag(operation) && (status === "304" || (status === "204" && acceptsPrefer(operation)))),
  Link: (operation, _method, status) => status === "200" && isPage(operation),
  Location: (operation, _method, status) =>
    status === "201" || status === "302" || (status === "202" && operation.security?.length !== 0),
};

/** Adds the headers to the responses of an operation. */
export function addResponseHeaders(method: string, operation: Operation): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    const names = (Object.keys(HEADERS) as HeaderName[]).filter((name) => CONDITIONS[name](operation, method, status));
    const added = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
    operation.responses[status] = { ...response, headers: { ...response.headers, ...added } } satisfies Answer;
  }
}

/** Whether the 200 response of an operation has an `ETag`. */
export const hasEtag = ({ responses }: Operation): boolean => "etag" in (responses["200"]?.headers ?? {});
