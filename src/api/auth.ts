import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";
import { equalDigests, sha256, utf8 } from "../lib/bytes.ts";
import { Problem } from "../lib/problem.ts";
import { isWithinLimit } from "../lib/rate-limit.ts";

/**
 * Lets in who presents the root key as `Authorization: Bearer`. Digests are compared, so that the time taken tells
 * nothing of the key. Wrong keys are counted per client address.
 */
export const authenticate = createMiddleware<AppEnv>(async (c, next) => {
  const presented = /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (presented !== undefined && c.env.ROOT_API_KEY !== "") {
    const [given, expected] = await Promise.all([sha256(utf8(presented)), sha256(utf8(c.env.ROOT_API_KEY))]);
    if (equalDigests(given, expected)) return next();
    await countFailure(c.env, c.req.header("cf-connecting-ip") ?? "unknown");
  }
  throw new Problem("unauthenticated", "Send `Authorization: Bearer <key>` with a key that is good.", {
    headers: { "www-authenticate": 'Bearer realm="tocsin"' },
  });
});

async function countFailure(env: Env, address: string): Promise<void> {
  if (await isWithinLimit(env.FAILURE_LIMITER, address)) return;
  throw new Problem("too-many-requests", "Too many requests with a wrong key from this address (FAILURE_LIMITER).", {
    headers: { "retry-after": "60" },
  });
}
