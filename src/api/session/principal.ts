import type { Context } from "hono";
import { getSignedCookie } from "hono/cookie";
import { connect } from "../../db/client.ts";
import { findSessionOwner, type SessionOwner } from "../../db/sessions.ts";
import { hashOf } from "../../lib/api-key.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { type Principal, ROOT, roleScopes } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";

/** What the names of our cookies begin with. */
export const COOKIE_PREFIX = "tocsin";

/** The cookie that carries a session's token, signed with AUTH_SECRET. */
export const SESSION_COOKIE = `${COOKIE_PREFIX}.session_token`;

/** Whether the service is reached over TLS: then its cookies are for TLS alone, and their names say so. */
export const isSecure = (c: Context<AppEnv>): boolean => new URL(c.req.url).protocol === "https:";

/** The person whose session the request's cookie names; null: there is none. Only a cookie of our own is looked up. */
export async function sessionPrincipal(c: Context<AppEnv>): Promise<Principal | null> {
  if (!c.env.AUTH_SECRET) return null;
  const token = await getSignedCookie(c, c.env.AUTH_SECRET, SESSION_COOKIE, isSecure(c) ? "secure" : undefined);
  return token ? principalOfSession(c, token) : null;
}

/** The person whose session has this token; null: it is over, or never was. */
export async function principalOfSession(c: Context<AppEnv>, token: string): Promise<Principal | null> {
  const owner = await findSessionOwner(connect(c.env), await hashOf(token), new Date());
  return owner ? toPrincipal(owner) : null;
}

const toPrincipal = ({ userId, sessionId, isPlatformAdmin, memberships }: SessionOwner): Principal => ({
  actor: `user:${userId}`,
  everywhere: isPlatformAdmin ? ROOT.everywhere : new Set(),
  teams: new Map(memberships.map(({ teamId, role }) => [teamId, roleScopes(role)])),
  user: { id: userId, sessionId },
});

/**
 * A browser sends cookies with what other sites make it send: what changes something must come from a page of ours.
 * @throws Problem `forbidden` when it does not say that it does
 */
export function assertOwnPage(c: Pick<Context, "req">): void {
  if (c.req.method === "GET" || c.req.method === "HEAD") return;
  if (c.req.header("origin") === new URL(c.req.url).origin) return;
  throw new Problem("forbidden", "With a session's cookie, the `Origin` must be the service's own.");
}

/**
 * Nor may another site sign somebody in, as whom it likes. Programs, which are no pages, send no `Origin`.
 * @throws Problem `forbidden` when the request says that it comes from another site's page
 */
export function assertNoForeignPage(c: Context<AppEnv>): void {
  if (c.req.header("origin") !== undefined) assertOwnPage(c);
}
