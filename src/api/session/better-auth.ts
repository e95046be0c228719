/**
 * Configures better-auth, which checks passwords, keeps state, PKCE and nonce of sign-ins at identity providers, and creates sessions. Its HTTP handler is
 * not mounted: only the operations in this folder call it.
 */
import { betterAuth } from "better-auth/minimal";
import type { Context } from "hono";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { verifyEmail } from "../../db/accounts.ts";
import { endExpiredSessions } from "../../db/sessions.ts";
import { signInAdapter } from "../../db/sign-in-adapter.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { newId } from "../../lib/ids.ts";
import { log } from "../../lib/log.ts";
import { PASSWORD_LENGTH } from "../../lib/password.ts";
import { userPrincipal } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { DAY, SECOND } from "../../lib/time.ts";
import { type AuditedAction, auditEvent } from "../audit.ts";
import type { ConnectedProvider } from "./connected-provider.ts";
import { COOKIE_PREFIX, hostPrefix } from "./principal.ts";

/** Lifetime of a session; using it does not extend it. */
const SESSION_MS = 7 * DAY;

/** better-auth redirects here when a sign-in at a provider fails. No client follows: finish-oidc.ts reads the reason from it. */
export const FAILED_SIGN_IN_PATH = "/v1/session/failed";

/**
 * Creates the better-auth instance of one request.
 * @param connected the identity provider with which the user signs in; none: password
 * @throws Problem `unavailable` when the deployment has no AUTH_SECRET
 */
export function createAuth(c: Context<AppEnv>, connected?: ConnectedProvider) {
  const secret = c.env.AUTH_SECRET;
  if (!secret) throw new Problem("unavailable", "Sign-in is not configured. Set the Worker secret AUTH_SECRET.");
  const db = connect(c.env);
  const { origin } = new URL(c.req.url);
  const isOverTls = hostPrefix(c) !== undefined;
  return betterAuth({
    appName: "Tocsin",
    baseURL: origin,
    basePath: "/v1/session",
    secret,
    database: signInAdapter(db, connected === undefined),
    telemetry: { enabled: false },
    // Details may contain data of the request: log the messages only.
    logger: { level: "error", log: (_level, message) => log.warn("better-auth", { detail: message }) },
    onAPIError: { errorURL: origin + FAILED_SIGN_IN_PATH },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
    },
    session: { expiresIn: SESSION_MS / SECOND, fields: { token: "tokenHash" } },
    account: {
      // Unauthenticated clients start this flow: keep its state in an encrypted cookie, not in a row.
      storeStateStrategy: "cookie",
      updateAccountOnSignIn: false,
      // An unverified address may be linked: the `account.create.before` hook verifies it and deletes the earlier access.
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
            const after = { userId, method: connected?.config.id ?? "password" };
            const event = { action: "session.create", targetType: "session", targetId: id, after } as const;
            await db.batch([
              insertAuditEvent(db, eventOf(c, userId, event)),
              endExpiredSessions(db, userId, new Date()),
            ]);
          },
        },
      },
      account: {
        create: {
          before: async ({ providerId, userId }) => {
            if (providerId === "credential") return;
            await db.batch([...verifyEmail(db, userId)]);
            await endStreams(c.env, { actors: [`user:${userId}`] });
          },
          after: async ({ providerId, userId }) => {
            if (providerId === "credential") return;
            const after = { provider: providerId };
            const event = { action: "user.link-provider", targetType: "user", targetId: userId, after } as const;
            await insertAuditEvent(db, eventOf(c, userId, event));
          },
        },
      },
    },
    ...(connected && {
      plugins: [{ id: "identity-provider", init: () => ({ context: { socialProviders: [connected.oauth] } }) }],
    }),
    advanced: {
      // better-auth itself would add `__Secure-`, which allows cookies from sibling hosts.
      cookiePrefix: isOverTls ? `__Host-${COOKIE_PREFIX}` : COOKIE_PREFIX,
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isOverTls },
      database: { generateId: () => newId(), validateSchema: false },
    },
  });
}

/** Makes the audit event of a user whose session starts with this request. */
function eventOf(c: Context<AppEnv>, userId: string, event: Omit<AuditedAction, "teamId">) {
  c.set("principal", userPrincipal(userId));
  return auditEvent(c, { ...event, teamId: null });
}
