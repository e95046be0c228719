import type { ErrorHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { type Hook, OpenAPIHono } from "@hono/zod-openapi";
import { registerApi } from "./api/index.ts";
import { registerApiReference } from "./console/api-reference.tsx";
import { registerConsole } from "./console/index.tsx";
import type { AppEnv } from "./lib/app-env.ts";
import { describeError, isUnavailable, isUnusableValue } from "./db/errors.ts";
import { ingest } from "./ingest/route.ts";
import { isUuid, newId } from "./lib/ids.ts";
import { log } from "./lib/log.ts";
import { Problem } from "./lib/problem.ts";

/** The whole HTTP surface of Tocsin. */
export function createApp(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({ defaultHook: rejectInvalid });
  // Deliveries come before everything that people and programs need, so that none of it costs them anything.
  app.route("/in", ingest);
  app.use(async (c, next) => {
    c.set("requestId", newId());
    await next();
    c.header("x-request-id", c.get("requestId"));
  });
  // With no referrer at all, browsers would not say either from which page a form comes.
  app.use(secureHeaders({ referrerPolicy: "same-origin" }));
  registerApi(app);
  registerApiReference(app);
  registerConsole(app);
  app.notFound((c) => notFound(c.req.method, c.req.path).toResponse(c.get("requestId")));
  app.onError(toProblem);
  return app;
}

const notFound = (method: string, path: string) =>
  new Problem("not-found", `There is nothing at ${method} ${path.slice(0, 200)}.`);

/** Any error as a problem; what is not ours to show is logged under the request's id. */
const toProblem: ErrorHandler<AppEnv> = (error, c) => {
  const requestId = c.get("requestId");
  if (error instanceof Problem) return error.toResponse(requestId);
  if (error instanceof HTTPException && error.status < 500) {
    const type = error.status === 415 ? "unsupported-media-type" : "invalid-request";
    return new Problem(type, error.message || "The request is not valid.").toResponse(requestId);
  }
  if (isUnusableValue(error)) {
    return new Problem("invalid-request", "The request has a value that cannot be used.").toResponse(requestId);
  }
  // Behind the id of an integration some sources put their key.
  const [, path = c.req.path, integrationId] = /^(\/in\/([^/]*))/.exec(c.req.path) ?? [];
  log.error("request failed", {
    requestId,
    integrationId: integrationId && isUuid(integrationId) ? integrationId : undefined,
    method: c.req.method,
    path: path.slice(0, 200),
    error: describeError(error),
  });
  if (isUnavailable(error)) {
    return new Problem("unavailable", "The database does not answer.", { headers: { "retry-after": "5" } }).toResponse(
      requestId,
    );
  }
  return new Problem("internal", "The error was recorded under this instance.").toResponse(requestId);
};

const rejectInvalid: Hook<unknown, AppEnv, string, unknown> = (result) => {
  if (result.success) return;
  const errors = result.error.issues.map((issue) => ({
    pointer: issue.path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
    detail: issue.message,
  }));
  throw new Problem("invalid-request", "The request has fields that are not valid.", { errors });
};
