import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { replacePasswordToken } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newPasswordToken } from "../../lib/password.ts";
import { auditEvent } from "../audit.ts";
import { requirePlatformScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { passwordTokenSchema } from "./schema.ts";
import { findVisibleUser } from "./access.ts";

const route = createRoute({
  method: "post",
  path: "/v1/users/{id}/password-token",
  operationId: "createPasswordToken",
  tags: ["users"],
  summary: "Create Password Token",
  description:
    "Creates a password token with which the user sets a new password at `POST /v1/session/password`. It can be used once, is valid for three days, is returned only once, and replaces earlier ones. The current password works until the token is used; then all sessions of the user end.",
  ...requirePlatformScope("admin"),
  request: { params: idParam },
  responses: {
    201: { description: "The token", content: { "application/json": { schema: passwordTokenSchema } } },
    ...commonProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerCreatePasswordToken(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id } = await findVisibleUser(c, c.req.valid("param").id);
    const token = await newPasswordToken(Date.now());
    const setPasswordTokenExpiresAt = token.expiresAt.toISOString();
    const event = auditEvent(c, {
      action: "user.create-password-token",
      targetType: "user",
      targetId: id,
      teamId: null,
      after: { setPasswordTokenExpiresAt },
    });
    await replacePasswordToken(connect(c.env), id, token, event);
    c.set("mustShow", true);
    return c.json({ setPasswordToken: token.token, setPasswordTokenExpiresAt }, 201);
  });
}
