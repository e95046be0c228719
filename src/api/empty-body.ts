import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../lib/app-env.ts";

/** Treats an empty body as no body. Many clients send `Content-Type: application/json` with every request. */
export const dropEmptyBody: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (c.req.header("content-type") !== undefined && (await c.req.arrayBuffer()).byteLength === 0) {
    const { method, url, signal } = c.req.raw;
    const headers = new Headers(c.req.raw.headers);
    headers.delete("content-type");
    c.req.raw = new Request(url, { method, headers, signal });
  }
  await next();
};
