import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../lib/app-env.ts";
import { VERSION } from "../lib/version.ts";

type Settings = Parameters<OpenAPIHono<AppEnv>["getOpenAPI31Document"]>[0];

/** The OpenAPI 3.1 document of an app. */
export type OpenApiDocument = ReturnType<OpenAPIHono<AppEnv>["getOpenAPI31Document"]>;

const description = `An edge alert inbox: what monitoring tools send, proven, deduplicated and kept.

**Who may call.** Programs send \`Authorization: Bearer <key>\` with an API key or the root key; people sign in and have a
session's cookie. Every operation lists the scope that it requireScope. A \`write\` scope holds its \`read\`, and \`admin\` holds all.
Deliveries at \`/in\` need neither: they prove themselves as their integration says.

**Errors** are RFC 9457 problem details, \`application/problem+json\`. Their \`instance\` is the id of the request, which every
answer bears as \`X-Request-Id\`. \`errors\` points at each field that is wrong, by JSON Pointer.

**Lists** are paged: pass \`nextCursor\` of one page as \`cursor\` to get the next, until it is null. The \`Link\` header says the same.

**Safe to send again.** A POST with an \`Idempotency-Key\` is done once: for a day, a repeat gets the first answer. PUT and DELETE
may be repeated as they are.

**Changes based on what was read.** What has a \`version\` comes with it as \`ETag\`. Send it as \`If-Match\`, and the change is refused
with 412 when somebody else was faster; as \`If-None-Match\`, and reading gives 304 when there is nothing new.

**Shorter answers.** \`Prefer: return=minimal\` leaves the body of a change's answer out (204, or 201 with \`Location\`).

**Limits.** \`RateLimit-Policy\` tells how many requests a key or person may make; 429 and 503 come with \`Retry-After\`.`;

/** What the document says beside its operations. The tags stand in the order in which they are read. */
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
    { name: "ingest", description: "Where monitoring tools send: one URL for each integration" },
    { name: "alerts", description: "What people work on: one alert for all that a source says of the same trouble" },
    { name: "deliveries", description: "Every request that reached an integration, and what became of it" },
    { name: "integrations", description: "The sources that are connected, and those that can be" },
    { name: "subscriptions", description: "Who is told of changes of alerts, by a POST" },
    { name: "teams", description: "Who works together: integrations, alerts and keys belong to a team or to none" },
    { name: "users", description: "The people" },
    { name: "session", description: "Signing in and out" },
    { name: "api-keys", description: "Keys for programs, of a team or of the whole platform" },
    { name: "audit", description: "Administrative acts: who did what, from where" },
    { name: "health", description: "For load balancers and whoever watches the service" },
  ],
  security: [{ apiKey: [] }, { session: [] }],
};

const documents = new WeakMap<OpenAPIHono<AppEnv>, OpenApiDocument>();

/** The document of an app whose routes are all registered; made once. */
export function openApiDocument(app: OpenAPIHono<AppEnv>): OpenApiDocument {
  const known = documents.get(app);
  if (known) return known;
  const document = withIdempotencyKeys(app.getOpenAPI31Document(settings));
  documents.set(app, document);
  return document;
}

/** Serves the document at /openapi.json. */
export function registerDocument(app: OpenAPIHono<AppEnv>): void {
  let text: string | undefined;
  app.get("/openapi.json", (c) => {
    text ??= JSON.stringify(openApiDocument(app));
    return c.body(text, 200, { "content-type": "application/json" });
  });
}

/** The middleware `idempotent` stands before every POST that asks who calls: so does what the document says of it. */
function withIdempotencyKeys(document: OpenApiDocument): OpenApiDocument {
  const posts = Object.values(document.paths ?? {}).flatMap(({ post }) => (post?.security?.length === 0 ? [] : [post]));
  for (const post of posts) {
    if (!post) continue;
    post.parameters = [...(post.parameters ?? []), { $ref: "#/components/parameters/IdempotencyKey" }];
  }
  return {
    ...document,
    components: {
      ...document.components,
      parameters: {
        ...document.components?.parameters,
        IdempotencyKey: {
          name: "Idempotency-Key",
          in: "header",
          description:
            "Makes the request safe to send again: for a day, a repeat gets the first answer and changes nothing",
          schema: { type: "string", minLength: 1, maxLength: 255 },
          example: "5f0c1f6e-retry-safe",
        },
      },
    },
  };
}
