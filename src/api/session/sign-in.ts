import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { isAPIError } from "better-auth/api";
import type { AppEnv } from "../../lib/app-env.ts";
import { log } from "../../lib/log.ts";
import { PASSWORD_LENGTH } from "../../lib/password.ts";
import { Problem } from "../../lib/problem.ts";
import { countAttempt } from "../auth.ts";
import { bodyProblems, commonProblems } from "../problems.ts";
import { emailIn } from "../users/schema.ts";
import { authOf } from "./better-auth.ts";
import { assertNoForeignPage, principalOfSession } from "./principal.ts";
import { callerSchema, toCaller } from "./schema.ts";

const credentials = z
  .strictObject({
    email: emailIn,
    password: z.string().min(1).max(PASSWORD_LENGTH.max).openapi({ format: "password", description: "Theirs" }),
  })
  .openapi("Credentials", { example: { email: "ada@example.com", password: "correct horse battery staple" } });

const route = createRoute({
  method: "post",
  path: "/v1/session",
  operationId: "signIn",
  tags: ["session"],
  summary: "Sign in with a password; the reply sets the session's cookie, good for seven days",
  security: [],
  request: { body: { required: true, content: { "application/json": { schema: credentials } } } },
  responses: {
    200: { description: "Who you are", content: { "application/json": { schema: callerSchema } } },
    ...commonProblems,
    ...bodyProblems,
  },
});

export function registerSignInWithPassword(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    assertNoForeignPage(c);
    // Before the password is looked at: else whoever guesses on would be told when a guess is right.
    await countAttempt(c);
    const signedIn = await authOf(c)
      .api.signInEmail({ body: c.req.valid("json"), headers: c.req.raw.headers, returnHeaders: true })
      .catch((error: unknown) => {
        if (isAPIError(error) && error.statusCode < 500) return null;
        throw error;
      });
    const principal = signedIn ? await principalOfSession(c, signedIn.response.token) : null;
    if (!signedIn || !principal) {
      log.warn("sign-in failed", { requestId: c.get("requestId") });
      throw new Problem("unauthenticated", "There is nobody with this email address and this password.");
    }
    for (const cookie of signedIn.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
    return c.json(await toCaller(c, principal), 200);
  });
}
