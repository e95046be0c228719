import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";

/**
 * Allows pages of the origins in `CORS_ORIGINS` (default: none) to call /v1 with an API key. Credentials are not allowed, so
 * browsers send no session cookie.
 */
export const crossOrigin = createMiddleware<AppEnv>((c, next) => {
  const origins = c.env.CORS_ORIGINS.split(",").map((origin) => origin.trim());
  const origin = c.req.header("origin");
  if (!origin || !origins.includes(origin)) return next();
  return cors({
    origin: origins,
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: [
      "authorization",
      "content-type",
      "idempotency-key",
      "if-match",
      "if-none-match",
      "last-event-id",
      "prefer",
    ],
    exposeHeaders: [
      "allow",
      "etag",
      "idempotency-replayed",
      "link",
      "link-template",
      "location",
      "preference-applied",
      "ratelimit",
      "ratelimit-policy",
      "retry-after",
      "x-request-id",
    ],
    maxAge: 600,
  })(c, next);
});
