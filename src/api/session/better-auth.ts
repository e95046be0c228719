/**
 * The sign-in flows. better-auth checks passwords, dances with identity providers and makes sessions; nothing of it is
 * reachable but through the operations beside this file.
 */
import { betterAuth } from "better-auth/minimal";
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import type { Context } from "hono";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { deleteUnverifiedAccess } from "../../db/accounts.ts";
import { endExpiredSessions } from "../../db/sessions.ts";
import { signInAdapter } from "../../db/sign-in-adapter.ts";
import { hashOf } from "../../lib/api-key.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { log } from "../../lib/log.ts";
import { PASSWORD_LENGTH } from "../../lib/password.ts";
import { Problem } from "../../lib/problem.ts";
import { DAY, SECOND } from "../../lib/time.ts";
import { type AuditedAction, auditEvent } from "../audit.ts";
import type { IdentityProvider } from "./identity-providers.ts";
import { COOKIE_PREFIX, isSecure } from "./principal.ts";

/** How long a session lasts; use does not lengthen it. */
const SESSION_MS = 7 * DAY;

/** better-auth redirects here when a sign-in at a provider fails: nobody follows, finish-oidc.ts reads the reason. */
export const FAILED = "/v1/session/failed";

/**
 * better-auth for one request.
 * @param provider the identity provider that the request is about, if any
 * @throws Problem `unavailable` when the deployment has no AUTH_SECRET
 */
export function authOf(c: Context<AppEnv>, provider?: IdentityProvider) {
  const secret = c.env.AUTH_SECRET;
  if (!secret) throw new Problem("unavailable", "Signing in requireScope the Worker secret AUTH_SECRET.");
  const db = connect(c.env);
  const { origin } = new URL(c.req.url);
  return betterAuth({
    appName: "Tocsin",
    baseURL: origin,
    basePath: "/v1/session",
    secret,
    database: signInAdapter(db),
    telemetry: { enabled: false },
    // Its details may hold what people sent: only the messages are logged.
    logger: { level: "error", log: (_level, message) => log.warn("better-auth", { detail: message }) },
    onAPIError: { errorURL: origin + FAILED },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: async ({ user }) => {
        await record(c, user.id, { action: "user.set-password", targetType: "user", targetId: user.id });
      },
    },
    session: { expiresIn: SESSION_MS / SECOND, fields: { token: "tokenHash" } },
    verification: { storeIdentifier: { hash: hashOf } },
    account: {
      // Strangers may begin a sign-in at a provider: its state rests with them, encrypted, and makes no row.
      storeStateStrategy: "cookie",
      updateAccountOnSignIn: false,
      // An address that nobody has proven may be linked: what was set up before the proof is forgotten then (below).
      accountLinking: { requireLocalEmailVerified: false },
    },
    user: {
      validateUserInfo: ({ user }) => (user.emailVerified ? undefined : { error: "email_not_verified" }),
    },
    databaseHooks: {
      session: {
        create: {
          before: async () => ({
            data: {
              ipAddress: c.req.header("cf-connecting-ip") ?? null,
              userAgent: c.req.header("user-agent")?.slice(0, 500) ?? null,
            },
          }),
          after: async ({ id, userId }) => {
            await endExpiredSessions(db, userId, new Date());
            const after = { userId, method: provider?.id ?? "password" };
            await record(c, userId, { action: "session.create", targetType: "session", targetId: id, after });
          },
        },
      },
      account: {
        create: {
          before: async ({ providerId, userId }) => {
            if (providerId !== "credential") await deleteUnverifiedAccess(db, userId);
          },
          after: async ({ providerId, userId }) => {
            if (providerId === "credential") return;
            const after = { provider: providerId };
            await record(c, userId, { action: "user.link-provider", targetType: "user", targetId: userId, after });
          },
        },
      },
    },
    ...(provider && signInAt(provider, origin)),
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: isSecure(c),
      database: { generateId: () => newId(), validateSchema: false },
    },
  });
}

/** Where an identity provider sends people back to. */
const callbackUrl = (origin: string, id: string) => `${origin}/v1/session/oidc/${id}/callback`;

function signInAt({ id, issuer, clientId, clientSecret, scopes, vouchesForEmails }: IdentityProvider, origin: string) {
  const client = { clientId, clientSecret, disableSignUp: true, redirectURI: callbackUrl(origin, id) };
  if (issuer === null) return { socialProviders: { github: { ...client, scope: scopes } } };
  const config = {
    ...client,
    providerId: id,
    discoveryUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    scopes,
    pkce: true,
    requireIdTokenVerification: true,
    // Some never say whether an address is verified, since they know only verified ones. What they deny counts.
    mapProfileToUser: (profile: Record<string, unknown>) =>
      vouchesForEmails && profile.email_verified === undefined ? { emailVerified: true } : {},
  };
  return { plugins: [genericOAuth({ config: [config] })] };
}

/** Records what somebody did who is only just signing in. */
async function record(c: Context<AppEnv>, userId: string, act: Omit<AuditedAction, "teamId">): Promise<void> {
  c.set("principal", { actor: `user:${userId}`, everywhere: new Set(), teams: new Map(), user: null });
  await insertAuditEvent(connect(c.env), auditEvent(c, { ...act, teamId: null }));
}
