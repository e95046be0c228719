import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { LRUCache } from "lru-cache";
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
import { basicPassword } from "../verification/token.ts";
import { callerOnce } from "./request-scope.ts";
import { assertSameOriginOfWrite, sessionPrincipal } from "./session/principal.ts";

/**
 * Authenticates a request by the root key or an API key, or by a session cookie. Limits wrong keys
 * per client address, and authenticated requests per caller. A console page counts once, however many calls it makes.
 */
export const authenticate = createMiddleware<AppEnv>(async (c, next) => {
  const principal = await callerOnce(c, async () => {
    const caller = await principalOf(c);
    if (caller) await countRequest(c, caller);
    return caller;
  });
  if (!principal) {
    throw unauthenticated("Missing or invalid API key. Send `Authorization: Bearer <key>`, or sign in.");
  }
  if (principal.user) assertSameOriginOfWrite(c);
  c.set("principal", principal);
  await next();
});

/** Requires an API key or the root key, before `authenticate`: for programs only, without a session. */
export const requireKey = createMiddleware<AppEnv>(async (c, next) => {
  if (bearerOf(c) === undefined) {
    throw unauthenticated("Missing API key. Send `Authorization: Bearer <key>`.");
  }
  await next();
});

const unauthenticated = (detail: string): Problem =>
  new Problem("unauthenticated", detail, { headers: { "www-authenticate": 'Bearer realm="tocsin"' } });

/**
 * Returns the caller of a request; null if it is not authenticated.
 * @throws Problem `too-many-requests` after too many wrong keys from one address
 */
export async function principalOf(c: Context<AppEnv>): Promise<Principal | null> {
  const presented = presentedKey(c);
  if (presented === undefined) return sessionPrincipal(c);
  const principal = (await isRootKey(presented, c.env)) ? ROOT : await keyPrincipal(c, presented);
  if (!principal) await countAttempt(c);
  return principal;
}

/** Returns the token of `Authorization: Bearer`. */
export const bearerOf = (c: Context<AppEnv>): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "")?.[1];

/** The Alertmanager API, whose clients authenticate with a user name and a password. */
const BASIC_PATHS = /^\/api\/v2\//;

/** Returns the key of a request. The Alertmanager API also accepts it as the password of `Authorization: Basic`. */
const presentedKey = (c: Context<AppEnv>): string | undefined =>
  bearerOf(c) ??
  (BASIC_PATHS.test(c.req.path) ? (basicPassword(c.req.header("authorization") ?? null) ?? undefined) : undefined);

/** Counts a sign-in attempt before its body is read, so that invalid ones count, too. */
export const countAttempts = createMiddleware<AppEnv>(async (c, next) => {
  await countAttempt(c);
  await next();
});

/**
 * Counts a wrong key or a sign-in attempt of the client address.
 * @throws Problem `too-many-requests` when the address has exceeded FAILURE_LIMITER
 */
export async function countAttempt(c: Context<AppEnv>): Promise<void> {
  if (await isWithinLimit(c.env.FAILURE_LIMITER, addressOf(c.req.raw.headers))) return;
  throw limited("Too many wrong keys or sign-in attempts from this address (FAILURE_LIMITER). Try again in a minute.");
}

/** Counts a request of the caller. https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
async function countRequest(c: Context<AppEnv>, principal: Principal): Promise<void> {
  if (principal === ROOT) return;
  c.header("ratelimit-policy", `"api";q=${c.env.API_LIMIT_PER_MINUTE};w=60`);
  if (await isWithinLimit(c.env.API_LIMITER, principal.actor)) return;
  throw limited("Too many requests with this key or session (API_LIMITER). Try again in a minute.", {
    ratelimit: '"api";r=0;t=60',
  });
}

/** The problem of a caller over a limit of one minute. */
export const limited = (detail: string, headers: Record<string, string> = {}) =>
  new Problem("too-many-requests", detail, { headers: { "retry-after": "60", ...headers } });

const isRootKey = async (presented: string, { ROOT_API_KEY }: Env): Promise<boolean> =>
  ROOT_API_KEY !== "" && isSameSecret(presented, ROOT_API_KEY);

/** Compares two secrets by their digests, so that the time taken does not reveal their content. */
export async function isSameSecret(presented: string, expected: string): Promise<boolean> {
  const [one, other] = await Promise.all([sha256(utf8(presented)), sha256(utf8(expected))]);
  return equalDigests(one, other);
}

/** How long an isolate may still accept a key that another isolate revoked. */
const MAX_AGE_MS = 10 * SECOND;
const MAX_ENTRIES = 1000;

interface KnownKey {
  row: ApiKeyRow | null;
  learnedAt: number;
  /** Unix ms of the last update of `last_used_at` in Postgres. */
  touchedAt: number;
}

/** API keys by their hash. */
const keys = new LRUCache<string, KnownKey>({ max: MAX_ENTRIES });

/** Removes an API key from the cache after a change. @param row before the change */
export function forgetApiKey({ keyHash, previousKeyHash }: ApiKeyRow): void {
  keys.delete(keyHash);
  if (previousKeyHash !== null) keys.delete(previousKeyHash);
}

/** When a key with this hash expires, in Unix ms; null: never. The key from before a rotation may expire sooner. */
function expiryOf({ keyHash, expiresAt, previousKeyExpiresAt }: ApiKeyRow, hash: string): number | null {
  const times = [expiresAt, hash === keyHash ? null : previousKeyExpiresAt].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times.map((time) => time.getTime()));
}

async function keyPrincipal(c: Context<AppEnv>, presented: string): Promise<Principal | null> {
  const { env } = c;
  if (!env.AUTH_SECRET || !(await isGenuine(presented, env.AUTH_SECRET))) return null;
  const now = Date.now();
  const hash = await hashOf(presented);
  const known = await lookUp(env, hash, now);
  const { row } = known;
  if (!row || row.revokedAt !== null) return null;
  const expiresAt = expiryOf(row, hash);
  if (expiresAt !== null && expiresAt <= now) return null;
  if (now - known.touchedAt > MINUTE) {
    known.touchedAt = now;
    c.executionCtx.waitUntil(
      touchApiKey(connect(env), row.id, new Date(now)).catch((error: unknown) => {
        log.warn("API key use not recorded", {
          requestId: c.get("requestId"),
          keyId: row.id,
          error: describeError(error),
        });
      }),
    );
  }
  return {
    actor: `api:${row.id}`,
    actorName: row.name,
    ...accessOf(row),
    user: null,
    credential: { expiresAt, verifiedAt: known.learnedAt },
  };
}

function accessOf({ teamId, integrationId, scopes }: ApiKeyRow): Pick<Principal, "everywhere" | "teams" | "limit"> {
  const granted = scopeSet(scopes as Scope[]);
  const none = { everywhere: new Set<Scope>(), teams: new Map<string, ReadonlySet<Scope>>(), limit: null };
  if (integrationId !== null) {
    return { ...none, limit: { integrationId, teams: teamId === null ? "all" : [teamId], scopes: granted } };
  }
  return teamId === null ? { ...none, everywhere: granted } : { ...none, teams: new Map([[teamId, granted]]) };
}

async function lookUp(env: Env, keyHash: string, now: number): Promise<KnownKey> {
  const known = keys.get(keyHash);
  if (known && now - known.learnedAt < MAX_AGE_MS) return known;
  const row = (await findApiKeyByHash(connect(env), keyHash)) ?? null;
  const learned = { row, learnedAt: now, touchedAt: known?.touchedAt ?? row?.lastUsedAt?.getTime() ?? 0 };
  keys.set(keyHash, learned);
  return learned;
}
