import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { isAPIError } from "better-auth/api";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { countAttempt } from "../auth.ts";
import { bodyProblems, commonProblems } from "../problems.ts";
import { passwordIn } from "../users/schema.ts";
import { createAuth } from "./better-auth.ts";
import { assertNoForeignOrigin } from "./principal.ts";

const requestSchema = z
  .strictObject({
    token: z.string().min(1).max(200).openapi({ description: "One-time token from an admin" }),
    newPassword: passwordIn,
  })
  .openapi("NewPassword");

const route = createRoute({
  method: "post",
  path: "/v1/session/password",
  operationId: "setPassword",
  tags: ["session"],
  summary: "Set Password",
  description: "Sets a password with a one-time token. All sessions of the user end.",
  security: [],
  request: { body: { required: true, content: { "application/json": { schema: requestSchema } } } },
  responses: { 204: { description: "The password is set. Sign in with it" }, ...commonProblems, ...bodyProblems },
});

export function registerSetPassword(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    assertNoForeignOrigin(c);
    await createAuth(c)
      .api.resetPassword({ body: c.req.valid("json") })
      .catch(async (error: unknown) => {
        if (!isAPIError(error) || error.statusCode >= 500) throw error;
        await countAttempt(c);
        throw new Problem("invalid-request", "Invalid or expired token. Ask an admin for a new one.", {
          errors: [{ pointer: "/token", detail: "invalid or expired" }],
        });
      });
    return c.body(null, 204);
  });
}
