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
import { visibleUser } from "./user.ts";

const route = createRoute({
  method: "post",
  path: "/v1/users/{id}/password-token",
  operationId: "createPasswordToken",
  tags: ["users"],
  summary: "Make a one-time token with which somebody sets a new password",
  description:
    "It is shown this once; earlier ones are void. Until it is used, the present password stays good; then every session ends.",
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
    const { id } = await visibleUser(c, c.req.valid("param").id);
    const token = await newPasswordToken(Date.now());
    const setPasswordTokenExpiresAt = token.expiresAt.toISOString();
    const act = { action: "user.create-password-token", targetType: "user", targetId: id, teamId: null } as const;
    const audit = auditEvent(c, { ...act, after: { setPasswordTokenExpiresAt } });
    await replacePasswordToken(connect(c.env), id, token, audit);
    c.set("mustShow", true);
    return c.json({ setPasswordToken: token.token, setPasswordTokenExpiresAt }, 201);
  });
}
