import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { connect } from "../db/client.ts";
import { describeError } from "../db/errors.ts";
import { type ApiKeyRow, findApiKeyByHash, touchApiKey } from "../db/api-keys.ts";
import { hashOf, isGenuine } from "../lib/api-key.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { equalDigests, sha256, utf8 } from "../lib/bytes.ts";
import { log } from "../lib/log.ts";
import { type Principal, ROOT, type Scope, scopeSet } from "../lib/principal.ts";
import { Problem } from "../lib/problem.ts";
import { addressOf, isWithinLimit } from "../lib/rate-limit.ts";
import { MINUTE, SECOND } from "../lib/time.ts";
import { assertSameOrigin, sessionPrincipal } from "./session/principal.ts";

/**
 * Lets in who presents the root key or an API key as `Authorization: Bearer`, or a session's cookie. Wrong keys are
 * counted per client address; everybody else's requests by who they are.
 */
export const authenticate = createMiddleware<AppEnv>(async (c, next) => {
  const principal = await principalOf(c);
  if (!principal) {
    throw new Problem("unauthenticated", "Send `Authorization: Bearer <key>` with a key that is good, or sign in.", {
      headers: { "www-authenticate": 'Bearer realm="tocsin"' },
    });
  }
  if (principal.user) assertSameOrigin(c);
  c.set("principal", principal);
  await countRequest(c, principal);
  await next();
});

/** Who asks; null: nobody that we know. @throws Problem `too-many-requests` after too many wrong keys from one address */
export async function principalOf(c: Context<AppEnv>): Promise<Principal | null> {
  const presented = bearerOf(c);
  if (presented === undefined) return sessionPrincipal(c);
  const principal = (await isRootKey(presented, c.env)) ? ROOT : await keyPrincipal(c, presented);
  if (!principal) await countAttempt(c);
  return principal;
}

/** What a request presents as `Authorization: Bearer`. */
export const bearerOf = (c: Context<AppEnv>): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "")?.[1];

/** Counts a wrong key, or an attempt to sign in. @throws Problem `too-many-requests` when there were too many from one address */
export async function countAttempt(c: Context<AppEnv>): Promise<void> {
  if (await isWithinLimit(c.env.FAILURE_LIMITER, addressOf(c.req.raw.headers))) return;
  throw limited("Too many wrong keys or attempts to sign in from this address (FAILURE_LIMITER).");
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
async function countRequest(c: Context<AppEnv>, principal: Principal): Promise<void> {
  // Who holds the root key sets the limits.
  if (principal === ROOT) return;
  c.header("ratelimit-policy", `"api";q=${c.env.API_LIMIT_PER_MINUTE};w=60`);
  if (await isWithinLimit(c.env.API_LIMITER, principal.actor)) return;
  throw limited("Too many requests with this key or session (API_LIMITER).", { ratelimit: '"api";r=0;t=60' });
}

const limited = (detail: string, headers: Record<string, string> = {}) =>
  new Problem("too-many-requests", detail, { headers: { "retry-after": "60", ...headers } });

const isRootKey = async (presented: string, { ROOT_API_KEY }: Env): Promise<boolean> =>
  ROOT_API_KEY !== "" && isSameSecret(presented, ROOT_API_KEY);

/** Whether two texts are the same. Digests are compared, so that the time taken tells nothing of either. */
export async function isSameSecret(presented: string, expected: string): Promise<boolean> {
  const [one, other] = await Promise.all([sha256(utf8(presented)), sha256(utf8(expected))]);
  return equalDigests(one, other);
}

/** A revoked key works for so long at most in an isolate that did not revoke it itself. */
const MAX_AGE_MS = 10 * SECOND;
const MAX_ENTRIES = 1000;

interface KnownKey {
  row: ApiKeyRow | null;
  learnedAt: number;
  /** When its use was last noted in Postgres. */
  touchedAt: number;
}

/** Lives as long as the isolate. */
const keys = new Map<string, KnownKey>();

/** Forgets an API key, so that its state is looked up anew. */
export const forgetApiKey = (keyHash: string): void => void keys.delete(keyHash);

async function keyPrincipal(c: Context<AppEnv>, presented: string): Promise<Principal | null> {
  const { env } = c;
  if (!env.AUTH_SECRET || !(await isGenuine(presented, env.AUTH_SECRET))) return null;
  const now = Date.now();
  const known = await lookUp(env, await hashOf(presented), now);
  const { row } = known;
  if (!row || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt.getTime() <= now)) return null;
  if (now - known.touchedAt > MINUTE) {
    known.touchedAt = now;
    c.executionCtx.waitUntil(
      touchApiKey(connect(env), row.id, new Date(now)).catch((error: unknown) => {
        log.warn("use of a key not noted", {
          requestId: c.get("requestId"),
          keyId: row.id,
          error: describeError(error),
        });
      }),
    );
  }
  const scopes = scopeSet(row.scopes as Scope[]);
  return {
    actor: `api:${row.id}`,
    everywhere: row.teamId === null ? scopes : new Set(),
    teams: row.teamId === null ? new Map() : new Map([[row.teamId, scopes]]),
    user: null,
  };
}

async function lookUp(env: Env, keyHash: string, now: number): Promise<KnownKey> {
  const known = keys.get(keyHash);
  if (known && now - known.learnedAt < MAX_AGE_MS) return known;
  const row = (await findApiKeyByHash(connect(env), keyHash)) ?? null;
  const learned = { row, learnedAt: now, touchedAt: known?.touchedAt ?? row?.lastUsedAt?.getTime() ?? 0 };
  keys.delete(keyHash);
  // A Map keeps the order of insertion: the first is the one learned longest ago.
  if (keys.size >= MAX_ENTRIES) for (const oldest of keys.keys()) if (keys.delete(oldest)) break;
  keys.set(keyHash, learned);
  return learned;
}
