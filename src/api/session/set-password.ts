import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { isAPIError } from "better-auth/api";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { countAttempt } from "../auth.ts";
import { bodyProblems, commonProblems } from "../problems.ts";
import { passwordIn } from "../users/schema.ts";
import { authOf } from "./better-auth.ts";
import { assertNoForeignPage } from "./principal.ts";

const body = z
  .strictObject({
    token: z.string().min(1).max(200).openapi({ description: "The one-time token that an admin handed over" }),
    newPassword: passwordIn,
  })
  .openapi("NewPassword");

const route = createRoute({
  method: "post",
  path: "/v1/session/password",
  operationId: "setPassword",
  tags: ["session"],
  summary: "Set a password with a one-time token; every session of before is over",
  security: [],
  request: { body: { required: true, content: { "application/json": { schema: body } } } },
  responses: { 204: { description: "Sign in with it now" }, ...commonProblems, ...bodyProblems },
});

export function registerSetPassword(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    assertNoForeignPage(c);
    await authOf(c)
      .api.resetPassword({ body: c.req.valid("json") })
      .catch(async (error: unknown) => {
        if (!isAPIError(error) || error.statusCode >= 500) throw error;
        await countAttempt(c);
        throw new Problem("invalid-request", "The token is not good, or not any more. Ask an admin for another one.", {
          errors: [{ pointer: "/token", detail: "not good" }],
        });
      });
    return c.body(null, 204);
  });
}
