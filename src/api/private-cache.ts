import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";

/**
 * Keeps responses out of shared caches, unless the route sets `Cache-Control` itself. A read with an `ETag` may be stored by the
 * client's own cache, which must ask each time (RFC 9111 §5.2.2.4), so that `If-None-Match` works in browsers. Everything else is not stored.
 */
export const privateCache = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (c.res.headers.has("cache-control")) return;
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  const isRevalidated = isRead && c.res.headers.has("etag");
  c.header("cache-control", isRevalidated ? "private, no-cache" : "no-store");
});
