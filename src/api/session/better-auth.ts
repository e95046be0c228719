/**
 * Configures better-auth, which checks passwords, runs the OpenID Connect flows and creates sessions. Its HTTP handler is
 * not mounted: only the operations in this folder call it.
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

/** Lifetime of a session; using it does not extend it. */
const SESSION_MS = 7 * DAY;

/** better-auth redirects here when a sign-in at a provider fails. No client follows: finish-oidc.ts reads the reason from it. */
export const FAILED_SIGN_IN_PATH = "/v1/session/failed";

/**
 * Creates the better-auth instance of one request.
 * @param provider the identity provider with which the user signs in; none: password
 * @throws Problem `unavailable` when the deployment has no AUTH_SECRET
 */
export function createAuth(c: Context<AppEnv>, provider?: IdentityProvider) {
  const secret = c.env.AUTH_SECRET;
  if (!secret) throw new Problem("unavailable", "Sign-in is not configured. Set the Worker secret AUTH_SECRET.");
  const db = connect(c.env);
  const { origin } = new URL(c.req.url);
  return betterAuth({
    appName: "Tocsin",
    baseURL: origin,
    basePath: "/v1/session",
    secret,
    database: signInAdapter(db),
    telemetry: { enabled: false },
    // Details may contain data of the request: log the messages only.
    logger: { level: "error", log: (_level, message) => log.warn("better-auth", { detail: message }) },
    onAPIError: { errorURL: origin + FAILED_SIGN_IN_PATH },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: async ({ user }) => {
        await recordEvent(c, user.id, { action: "user.set-password", targetType: "user", targetId: user.id });
      },
    },
    session: { expiresIn: SESSION_MS / SECOND, fields: { token: "tokenHash" } },
    verification: { storeIdentifier: { hash: hashOf } },
    account: {
      // Unauthenticated clients start this flow: keep its state in an encrypted cookie, not in a row.
      storeStateStrategy: "cookie",
      updateAccountOnSignIn: false,
      // An unverified address may be linked: the `account.create.before` hook deletes the access that existed before.
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
            await recordEvent(c, userId, { action: "session.create", targetType: "session", targetId: id, after });
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
            await recordEvent(c, userId, { action: "user.link-provider", targetType: "user", targetId: userId, after });
          },
        },
      },
    },
    ...(provider && providerOptions(provider, origin)),
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: isSecure(c),
      database: { generateId: () => newId(), validateSchema: false },
    },
  });
}

const callbackUrl = (origin: string, id: string) => `${origin}/v1/session/oidc/${id}/callback`;

function providerOptions(
  { id, issuer, clientId, clientSecret, scopes, vouchesForEmails }: IdentityProvider,
  origin: string,
) {
  const client = { clientId, clientSecret, disableSignUp: true, redirectURI: callbackUrl(origin, id) };
  if (issuer === null) return { socialProviders: { github: { ...client, scope: scopes } } };
  const config = {
    ...client,
    providerId: id,
    discoveryUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    scopes,
    pkce: true,
    requireIdTokenVerification: true,
    // Some providers hold only verified addresses and leave `email_verified` out. An explicit `false` still counts.
    mapProfileToUser: (profile: Record<string, unknown>) =>
      vouchesForEmails && profile.email_verified === undefined ? { emailVerified: true } : {},
  };
  return { plugins: [genericOAuth({ config: [config] })] };
}

/** Records an audit event of a user whose session starts with this request. */
async function recordEvent(c: Context<AppEnv>, userId: string, event: Omit<AuditedAction, "teamId">): Promise<void> {
  c.set("principal", { actor: `user:${userId}`, actorName: null, everywhere: new Set(), teams: new Map(), user: null });
  await insertAuditEvent(connect(c.env), auditEvent(c, { ...event, teamId: null }));
}
