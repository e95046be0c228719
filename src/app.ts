import type { ErrorHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { OpenAPIHono } from "@hono/zod-openapi";
import { httpsOnly } from "./api/https-only.ts";
import { privateCache } from "./api/private-cache.ts";
import { registerApi } from "./api/index.ts";
import { rejectInvalid, unreadableRequest } from "./api/invalid-request.ts";
import { registerApiReference } from "./console/api-reference.tsx";
import { registerConsole } from "./console/index.tsx";
import type { AppEnv } from "./lib/app-env.ts";
import { describeError, isUnavailable, isUnusableValue } from "./db/errors.ts";
import { ingest } from "./ingest/route.ts";
import { newId } from "./lib/ids.ts";
import { decodeIngestId } from "./lib/ingest-id.ts";
import { log } from "./lib/log.ts";
import { Problem } from "./lib/problem.ts";

/** Creates the HTTP app: ingest, API, docs and console. */
export function createApp(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({ defaultHook: rejectInvalid });
  app.use(httpsOnly);
  // Ingest is registered before the middleware below, which deliveries skip.
  app.route("/in", ingest);
  app.use(async (c, next) => {
    c.set("requestId", newId());
    await next();
    c.header("x-request-id", c.get("requestId"));
  });
  // Without a referrer, browsers send `Origin: null` with forms, and the check of the origin would fail.
  app.use(secureHeaders({ referrerPolicy: "same-origin", strictTransportSecurity: false }), privateCache);
  registerApi(app);
  registerApiReference(app);
  registerConsole(app);
  app.notFound((c) => notFound(c.req.method, c.req.path).toResponse(c.get("requestId")));
  app.onError(toProblem);
  return app;
}

const notFound = (method: string, path: string) =>
  new Problem("not-found", `Unknown route ${method} ${path.slice(0, 200)}. See /docs.`);

/** Converts errors to problems. Unexpected errors are logged with the request id and not shown. */
const toProblem: ErrorHandler<AppEnv> = (error, c) => {
  const requestId = c.get("requestId");
  if (error instanceof Problem) return error.toResponse(requestId);
  if (error instanceof HTTPException && error.status < 500) return unreadableRequest(error).toResponse(requestId);
  if (isUnusableValue(error)) {
    return new Problem(
      "invalid-request",
      "A value cannot be stored. Remove NUL characters and out-of-range numbers.",
    ).toResponse(requestId);
  }
  // Some sources put their key into the path after the ingest URL: log only the start.
  const [, path = c.req.path, ingestId = ""] = /^(\/in\/([^/]*))/.exec(c.req.path) ?? [];
  log.error("request failed", {
    requestId,
    integrationId: decodeIngestId(ingestId) ?? undefined,
    method: c.req.method,
    path: path.slice(0, 200),
    error: describeError(error),
  });
  if (isUnavailable(error)) {
    return new Problem("unavailable", "Postgres does not respond. Try again in 5 seconds.").toResponse(requestId);
  }
  return new Problem("internal", "Internal error. Quote the `instance` id when you report it.").toResponse(requestId);
};
