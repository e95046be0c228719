import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";

/**
 * Honours `Prefer: return=minimal` (RFC 7240 §4.2) where something was changed or made: the reply then has no body.
 * A reply that shows a secret keeps its body, for there is no other time to see it.
 */
export const preferMinimal = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (c.req.method === "GET" || c.get("mustShow") || !/\breturn=minimal\b/i.test(c.req.header("prefer") ?? "")) return;
  if (c.res.status !== 200 && c.res.status !== 201) return;
  const { headers } = c.res;
  headers.delete("content-type");
  headers.delete("content-length");
  headers.set("preference-applied", "return=minimal");
  c.res = new Response(null, { status: c.res.status === 200 ? 204 : 201, headers });
});
