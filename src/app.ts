import type { Context } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { OpenAPIHono } from "@hono/zod-openapi";
import { httpsOnly, rejectPlainHttp, STRICT_TRANSPORT_SECURITY } from "./api/https-only.ts";
import { privateCache } from "./api/private-cache.ts";
import { registerApi } from "./api/index.ts";
import { toProblem } from "./api/to-problem.ts";
import { rejectInvalid } from "./api/invalid-request.ts";
import { registerApiReference } from "./console/api-reference.tsx";
import { problemPage, wantsPage } from "./console/errors.tsx";
import { registerConsole } from "./console/index.tsx";
import type { AppEnv } from "./lib/app-env.ts";
import { registerMcp } from "./mcp/index.ts";
import { ingest, ingestIdOf } from "./ingest/route.ts";
import { newId } from "./lib/ids.ts";
import { Problem } from "./lib/problem.ts";

/** The HTTP handler of the Worker. */
export interface App {
  fetch(request: Request, env: Env, context: ExecutionContext): Response | Promise<Response>;
}

/** Creates the HTTP app: ingest, API, docs and console. Deliveries skip the router and the middleware of the rest. */
export function createApp(): App {
  const rest = createRouter();
  return {
    fetch(request, env, context) {
      const url = new URL(request.url);
      return ingestIdOf(url) === "" ? rest.fetch(request, env, context) : answerIngest(request, url, env, context);
    },
  };
}

/** Creates the router of everything but deliveries. */
export function createRouter(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({ defaultHook: rejectInvalid });
  app.use(httpsOnly);
  app.use(async (c, next) => {
    c.set("requestId", newId());
    await next();
    c.header("x-request-id", c.get("requestId"));
  });
  // Without a referrer, browsers send `Origin: null` with forms, and the check of the origin would fail.
  app.use(secureHeaders({ referrerPolicy: "same-origin", strictTransportSecurity: false }), privateCache);
  registerMcp(app);
  registerApi(app);
  registerApiReference(app);
  registerConsole(app);
  app.notFound((c) => respond(c, notFound(c)));
  app.onError((error, c) => respond(c, toProblem(error, c.get("requestId"), c.req.method, c.req.path)));
  return app;
}

async function answerIngest(request: Request, url: URL, env: Env, context: ExecutionContext): Promise<Response> {
  const rejection = rejectPlainHttp(request.method, url);
  if (rejection) return rejection;
  const id = newId();
  const response = await ingest({ id, request, url }, env, context).catch((error: unknown) =>
    toProblem(error, id, request.method, url.pathname).toResponse(id),
  );
  if (url.protocol === "https:") response.headers.set("strict-transport-security", STRICT_TRANSPORT_SECURITY);
  return response;
}

const notFound = (c: Context<AppEnv>) =>
  new Problem(
    "not-found",
    wantsPage(c)
      ? "No page has this address."
      : `Unknown route ${c.req.method} ${c.req.path.slice(0, 200)}. See /docs.`,
  );

/** Responds with a problem: a page for browsers on addresses of the console, else problem details. */
function respond(c: Context<AppEnv>, problem: Problem): Response | Promise<Response> {
  const requestId = c.get("requestId");
  return wantsPage(c) ? problemPage(c, problem.toJson(requestId)) : problem.toResponse(requestId);
}
