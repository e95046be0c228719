import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import type { Context } from "hono";
import { findPasswordHash, findTokenOwner, type PasswordChange, setPassword } from "../../db/accounts.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { PASSWORD_LENGTH, passwordTokenIdentifier } from "../../lib/password.ts";
import { userPrincipal } from "../../lib/principal.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { bodyProblems, changeProblems, commonProblems } from "../problems.ts";
import { passwordIn } from "../users/schema.ts";
import { cookieHeader } from "./schema.ts";
import { countPresentPassword, rememberBrowser } from "./password-attempts.ts";
import { assertNoForeignOrigin, assertSameOrigin, sessionPrincipal } from "./principal.ts";

const requestSchema = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .openapi({ description: "Password token from an admin. Send either this or `currentPassword`" }),
    currentPassword: z.string().min(1).max(PASSWORD_LENGTH.max).optional().openapi({
      format: "password",
      description: "The present password. Needs the session cookie of the user",
    }),
    newPassword: passwordIn,
  })
  .refine(({ token, currentPassword }) => (token === undefined) !== (currentPassword === undefined), {
    path: ["token"],
    error: "Send either `token` or `currentPassword`",
  })
  .openapi("NewPassword", {
    example: { token: "y06qZ2v…", newPassword: "correct horse battery staple" },
  });

const route = createRoute({
  method: "post",
  path: "/v1/session/password",
  operationId: "setPassword",
  tags: ["session"],
  summary: "Set Password",
  description:
    "Sets a password with a password token from an admin: all sessions of the user end. Or, with a session cookie and the present password: all other sessions of the user end. Earlier password tokens of the user stop working.",
  security: [],
  request: { body: { required: true, content: { "application/json": { schema: requestSchema } } } },
  responses: {
    204: { description: "The password is set. With a token: sign in with it", headers: cookieHeader },
    ...commonProblems,
    ...bodyProblems,
    409: changeProblems[409],
  },
});

export function registerSetPassword(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { token, currentPassword, newPassword } = c.req.valid("json");
    if (token !== undefined) await setByToken(c, token, newPassword);
    else await changeOwn(c, currentPassword ?? "", newPassword);
    return c.body(null, 204);
  });
}

async function setByToken(c: Context<AppEnv>, token: string, newPassword: string): Promise<void> {
  assertNoForeignOrigin(c);
  const identifier = await passwordTokenIdentifier(token);
  const owner = await findTokenOwner(connect(c.env), identifier, new Date());
  if (!owner || !(await store(c, owner.userId, newPassword, { identifier }))) {
    throw new Problem("invalid-request", "Invalid or expired password token. Ask an admin for a new one.", {
      errors: [{ pointer: "/token", detail: "invalid or expired" }],
    });
  }
  await rememberBrowser(c, owner.email);
}

async function changeOwn(c: Context<AppEnv>, currentPassword: string, newPassword: string): Promise<void> {
  const user = (await sessionPrincipal(c))?.user;
  if (!user) throw new Problem("unauthenticated", "Missing or invalid session. Sign in to change your password.");
  assertSameOrigin(c);
  // Somebody who found an open browser must not try passwords without a limit.
  await countPresentPassword(c, user.id);
  const passwordHash = await findPasswordHash(connect(c.env), user.id);
  if (passwordHash === null) {
    throw new Problem("conflict", "You have no password. Ask a platform admin for a password token.");
  }
  const isRight = await verifyPassword({ hash: passwordHash, password: currentPassword });
  if (!isRight || !(await store(c, user.id, newPassword, { passwordHash, sessionId: user.sessionId }))) {
    throw new Problem("invalid-request", "Wrong present password. Correct it, or ask an admin for a password token.", {
      errors: [{ pointer: "/currentPassword", detail: "wrong" }],
    });
  }
}

/** Stores a new password. @returns false: the token or the present password has changed meanwhile */
async function store(c: Context<AppEnv>, userId: string, newPassword: string, by: PasswordChange): Promise<boolean> {
  c.set("principal", userPrincipal(userId));
  const event = auditEvent(c, {
    action: "user.set-password",
    targetType: "user",
    targetId: userId,
    teamId: null,
    after: { by: "identifier" in by ? "password-token" : "present-password" },
  });
  const isSet = await setPassword(connect(c.env), userId, await hashPassword(newPassword), by, event);
  // Also the stream of the session that stays, which reconnects.
  if (isSet) await endStreams(c.env, { actors: [`user:${userId}`] });
  return isSet;
}
