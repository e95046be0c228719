import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";

/** Whether an operation accepts `Prefer`: it declares a 204 beside its 200. */
export const acceptsPrefer = ({ responses }: { responses: object }): boolean => 200 in responses && 204 in responses;

/**
 * Applies `Prefer: return=minimal` (RFC 7240 §4.2): omits the body of a successful change. A response with a secret keeps its
 * body, because the secret is shown only once.
 */
export const preferMinimal = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (c.get("mustShow") || !/\breturn=minimal\b/i.test(c.req.header("prefer") ?? "")) return;
  if (c.res.status !== 200) return;
  const { headers } = c.res;
  headers.delete("content-type");
  headers.delete("content-length");
  headers.set("preference-applied", "return=minimal");
  c.res = new Response(null, { status: 204, headers });
});
