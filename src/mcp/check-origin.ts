import { createMiddleware } from "hono/factory";
import { corsOrigins } from "../api/cors.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";

/**
 * Rejects requests of pages of other origins: only the deployment's own (`PUBLIC_URL`) and those of `CORS_ORIGINS` may call. The `Host` of
 * the request does not count, because DNS rebinding makes it the attacker's. Programs send no `Origin`.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
 */
export const checkOrigin = createMiddleware<AppEnv>(async (c, next) => {
  const origin = c.req.header("origin");
  if (origin !== undefined && !allowedOrigins(c.env).includes(origin)) {
    throw new Problem("forbidden", "Pages of this origin may not call /mcp. Add it to `CORS_ORIGINS`.");
  }
  await next();
});

function allowedOrigins(env: Env): string[] {
  const own = URL.parse(env.PUBLIC_URL)?.origin;
  return own === undefined ? corsOrigins(env) : [own, ...corsOrigins(env)];
}
