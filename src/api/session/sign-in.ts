import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { isAPIError } from "better-auth/api";
import type { AppEnv } from "../../lib/app-env.ts";
import { log } from "../../lib/log.ts";
import { PASSWORD_LENGTH } from "../../lib/password.ts";
import { Problem } from "../../lib/problem.ts";
import { bodyProblems, commonProblems } from "../problems.ts";
import { emailIn } from "../users/schema.ts";
import { createAuth } from "./better-auth.ts";
import { countSignIn, rememberBrowser } from "./password-attempts.ts";
import { assertNoForeignOrigin, principalOfSession } from "./principal.ts";
import { callerSchema, cookieHeader, toCaller } from "./schema.ts";

const requestSchema = z
  .strictObject({
    email: emailIn,
    password: z
      .string()
      .min(1)
      .max(PASSWORD_LENGTH.max)
      .openapi({ format: "password", description: "The user's password" }),
  })
  .openapi("Credentials", { example: { email: "ada@example.com", password: "correct horse battery staple" } });

const route = createRoute({
  method: "post",
  path: "/v1/session",
  operationId: "signIn",
  tags: ["session"],
  summary: "Sign In",
  description:
    "Signs in with a password. The response sets the session cookie, which is valid for seven days, and a cookie that marks the browser as known. Attempts are limited for each client address (FAILURE_LIMITER) and for each account (ACCOUNT_LIMITER); a known browser has a limit of its own.",
  security: [],
  request: { body: { required: true, content: { "application/json": { schema: requestSchema } } } },
  responses: {
    200: {
      description: "The caller",
      headers: cookieHeader,
      content: { "application/json": { schema: callerSchema } },
    },
    ...commonProblems,
    ...bodyProblems,
  },
});

export function registerSignInWithPassword(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    assertNoForeignOrigin(c);
    const { email } = c.req.valid("json");
    // Count before checking the password: an attacker over the limit must not learn that a guess is right.
    await countSignIn(c, email);
    const signedIn = await createAuth(c)
      .api.signInEmail({ body: c.req.valid("json"), headers: c.req.raw.headers, returnHeaders: true })
      .catch((error: unknown) => {
        if (isAPIError(error) && error.statusCode < 500) return null;
        throw error;
      });
    const principal = signedIn ? await principalOfSession(c, signedIn.response.token) : null;
    if (!signedIn || !principal) {
      log.warn("sign-in failed", { requestId: c.get("requestId") });
      throw new Problem(
        "unauthenticated",
        "Wrong email address or password. Correct it, or ask an admin for a password token.",
      );
    }
    for (const cookie of signedIn.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
    await rememberBrowser(c, email);
    return c.json(await toCaller(c, principal), 200);
  });
}
