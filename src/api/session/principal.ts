import type { Context } from "hono";
import { getSignedCookie } from "hono/cookie";
import { connect } from "../../db/client.ts";
import { findSessionOwner, type SessionOwner } from "../../db/sessions.ts";
import { hashOf } from "../../lib/api-key.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { type Principal, ROOT, roleScopes } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";

/** Prefix of every cookie name. */
export const COOKIE_PREFIX = "tocsin";

/** The cookie with a session's token, signed with AUTH_SECRET. */
export const SESSION_COOKIE = `${COOKIE_PREFIX}.session_token`;

/**
 * The prefix `__Host-` of cookie names over TLS: browsers accept such a cookie only from this host, with `Secure` and for all paths.
 * None over plain http, which only loopback addresses serve.
 */
export const hostPrefix = (c: Context<AppEnv>): "host" | undefined =>
  new URL(c.req.url).protocol === "https:" ? "host" : undefined;

/** Authenticates the request's session cookie; null: missing or invalid. Only a signed cookie causes a query. */
export async function sessionPrincipal(c: Context<AppEnv>): Promise<Principal | null> {
  if (!c.env.AUTH_SECRET) return null;
  const token = await getSignedCookie(c, c.env.AUTH_SECRET, SESSION_COOKIE, hostPrefix(c));
  return token ? principalOfSession(c, token) : null;
}

/** Finds the user of a session token; null: the session does not exist or has ended. */
export async function principalOfSession(c: Context<AppEnv>, token: string): Promise<Principal | null> {
  const now = new Date();
  const owner = await findSessionOwner(connect(c.env), await hashOf(token), now);
  if (!owner) return null;
  const principal = toPrincipal(owner, now.getTime());
  owners.set(principal, owner);
  return principal;
}

/** The sessions behind principals. */
const owners = new WeakMap<Principal, SessionOwner>();

/** The session behind a principal, as it was when the request was authenticated; undefined: the caller uses a key. */
export const sessionOf = (principal: Principal): SessionOwner | undefined => owners.get(principal);

const toPrincipal = ({ sessionId, expiresAt, user, teams }: SessionOwner, verifiedAt: number): Principal => ({
  actor: `user:${user.id}`,
  actorName: user.name,
  everywhere: user.isPlatformAdmin ? ROOT.everywhere : new Set(),
  teams: new Map(teams.flatMap(({ id, role }) => (role === null ? [] : [[id, roleScopes(role)] as const]))),
  limit: null,
  user: { id: user.id, sessionId },
  credential: { expiresAt: expiresAt.getTime(), verifiedAt },
});

/**
 * Guards against cross-site request forgery: with a session cookie, a write must come from a page of this service.
 * @throws Problem `forbidden` when `Origin` is missing or names another origin
 */
export function assertSameOriginOfWrite(c: Pick<Context, "req">): void {
  if (c.req.method !== "GET" && c.req.method !== "HEAD") assertSameOrigin(c);
}

/**
 * Requires that a page of this service sent the request.
 * @throws Problem `forbidden` when `Origin` is missing or names another origin
 */
export function assertSameOrigin(c: Pick<Context, "req">): void {
  if (c.req.header("origin") === new URL(c.req.url).origin) return;
  throw new Problem(
    "forbidden",
    "A write or a WebSocket with a session cookie needs an `Origin` header with this service's origin. Send it, or use an API key.",
  );
}

/**
 * Guards sign-in against pages of other sites, which could sign a visitor in as another user. Programs send no `Origin`.
 * @throws Problem `forbidden` when `Origin` names another origin
 */
export function assertNoForeignOrigin(c: Context<AppEnv>): void {
  if (c.req.header("origin") !== undefined) assertSameOriginOfWrite(c);
}
