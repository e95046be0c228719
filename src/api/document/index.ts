import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { VERSION } from "../../lib/version.ts";
import { withNamedSchemas } from "./name-operations.ts";
import { flattenReferences } from "./references.ts";
import { withSharedParts } from "./shared-parts.ts";

type Settings = Parameters<OpenAPIHono<AppEnv>["getOpenAPI31Document"]>[0];

export type OpenApiDocument = ReturnType<OpenAPIHono<AppEnv>["getOpenAPI31Document"]>;

const description = `An edge alert inbox: verifies, deduplicates and stores webhooks of monitoring tools.

**Authentication.** Programs send \`Authorization: Bearer <key>\` with an API key or the root key. People sign in and use a
session cookie. Each operation lists the scope that it requires. A \`write\` scope includes its \`read\` scope; \`admin\` includes
all scopes. Deliveries to \`/in\` are verified by the settings of their integration.

**Errors** are RFC 9457 problem details, \`application/problem+json\`. \`instance\` contains the request id, which is also in the
header \`X-Request-Id\` of every response. \`errors\` lists the invalid fields by JSON Pointer. Unknown fields and unknown query
parameters are invalid. A method that a path does not have is answered with 405 and \`Allow\`.

**Pagination.** Lists accept \`limit\` and \`cursor\`, and return \`{ data, nextCursor }\`. Send \`nextCursor\` as \`cursor\` to get the next
page; it is null on the last page. The timeline always returns a \`nextCursor\`: keep polling with it. Exports accept the \`id\` of the
last row as \`cursor\`. The \`Link\` header contains the URL of the next page.

**Repeated parameters.** A parameter that is an array is repeated for each value: \`status=OPEN&status=ACKNOWLEDGED\`.

**Idempotency.** A change with an \`Idempotency-Key\` runs once: for a day, a repeat with the same method, URL and body gets the first
response, with \`Idempotency-Replayed\`.

**Conditional requests.** A resource with a \`version\` has it as \`ETag\`. Send it as \`If-Match\`, and a change of another version is
rejected with 412. Send it as \`If-None-Match\`, and reading the same version returns 304. The \`ETag\` does not cover what is measured
at the time of the request: the \`health\` and \`outbox\` of an integration, the \`state\` of a subscription.

**Short responses.** \`Prefer: return=minimal\` omits the body of a change (204).

**Bodies** are JSON in UTF-8, without a \`Content-Encoding\` (415 otherwise). Deliveries may have other formats.

**Size limits.** A body has at most 7 MiB, a delivery 1 MiB, and a body at \`/v1/session\` 4 KiB (413 otherwise).

**Rate limits.** \`RateLimit-Policy\` contains the limit per key or user. 429 and 503 have a \`Retry-After\`.

**Webhooks.** Subscriptions POST messages, which \`webhooks\` describes. They are signed as Standard Webhooks.

**Versions.** From 1.0 on, \`/v1\` changes compatibly. Without notice, we may add operations, optional parameters and fields, fields of responses
and messages, response headers, values of enums in responses and messages, types of problems, and larger limits: ignore what you do not know.
Cursors, ids and ETags are opaque.

**Deprecation.** What will be removed is marked \`deprecated\` here, with its replacement, and listed in the changelog, at least six months and two
minor versions before. Responses of a deprecated operation have the headers \`Deprecation\` and \`Sunset\`.`;

/** The document without its operations. Docs show the tags in this order. */
const settings: Settings = {
  openapi: "3.1.0",
  info: {
    title: "Tocsin",
    version: VERSION,
    description,
    license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
  },
  servers: [{ url: "/", description: "This deployment" }],
  tags: [
    { name: "ingest", description: "Receiving deliveries from monitoring tools, at one URL per integration" },
    {
      name: "alerts",
      description: "Alerts and their timelines. Events of a source about the same problem share one alert",
    },
    { name: "deliveries", description: "All requests that reached an integration, with the decision and its reason" },
    { name: "integrations", description: "Connected sources, and the catalog of providers" },
    { name: "silences", description: "What mutes alerts for a time" },
    { name: "subscriptions", description: "Outbound webhooks for timeline entries" },
    { name: "teams", description: "Teams, which own integrations, alerts, subscriptions and keys" },
    { name: "users", description: "User accounts and their sessions" },
    { name: "session", description: "Signing in and out, and the current session" },
    { name: "api-keys", description: "Keys for programs, limited to a team or for the whole platform" },
    { name: "audit", description: "Audit events: administrative actions, with actor and address" },
    {
      name: "alertmanager",
      description:
        "The API v2 of Prometheus Alertmanager, for amtool, Grafana and Karma: alerts and silences in its format, errors as a JSON string. Accepts an API key also as the password of HTTP Basic authentication",
    },
    { name: "health", description: "Health checks and metrics" },
  ],
  security: [{ apiKey: [] }, { session: [] }],
};

const documents = new WeakMap<OpenAPIHono<AppEnv>, OpenApiDocument>();

/** Returns the document of an app. Call it after all routes are registered; the result is cached. */
export function openApiDocument(app: OpenAPIHono<AppEnv>): OpenApiDocument {
  const known = documents.get(app);
  if (known) return known;
  const document = withSharedParts(withNamedSchemas(flattenReferences(app.getOpenAPI31Document(settings))));
  documents.set(app, document);
  return document;
}

/** Registers /openapi.json. */
export function registerDocument(app: OpenAPIHono<AppEnv>): void {
  let text: string | undefined;
  app.get("/openapi.json", (c) => {
    text ??= JSON.stringify(openApiDocument(app));
    return c.body(text, 200, { "content-type": "application/json" });
  });
}
