import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";

/** The origins in `CORS_ORIGINS`. */
export const corsOrigins = ({ CORS_ORIGINS }: Env): string[] => CORS_ORIGINS.split(",").map((origin) => origin.trim());

/**
 * Allows pages of the origins in `CORS_ORIGINS` (default: none) to call /v1 and /mcp with an API key. Credentials are not allowed, so
 * browsers send no session cookie.
 */
export const crossOrigin = createMiddleware<AppEnv>((c, next) => {
  const origins = corsOrigins(c.env);
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
      "mcp-method",
      "mcp-name",
      "mcp-protocol-version",
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
