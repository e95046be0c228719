import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { hashPassword } from "better-auth/crypto";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { isUniqueError } from "../../db/errors.ts";
import { insertUser } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newPasswordToken } from "../../lib/password.ts";
import { auditEvent } from "../audit.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { requirePlatformScope } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { createdUserSchema, newUserSchema, toPasswordToken, toUser } from "./schema.ts";
import { emailTaken, newUser } from "./access.ts";

const route = createRoute({
  method: "post",
  path: "/v1/users",
  operationId: "createUser",
  tags: ["users"],
  summary: "Create User",
  description:
    "Without a password, the response contains a password token, for one use, which is returned only once. Tocsin sends no mail: give the token to the user. A user who signs in at an identity provider needs neither a password nor a token.",
  ...requirePlatformScope("admin"),
  request: { body: { required: true, content: { "application/json": { schema: newUserSchema } } } },
  responses: {
    201: {
      description: "The created user",
      headers: etagHeader,
      content: { "application/json": { schema: createdUserSchema } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
  },
});

export function registerCreateUser(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { password, ...body } = c.req.valid("json");
    const row = newUser(c, body);
    const token = password === undefined ? await newPasswordToken(Date.now()) : null;
    const access = token ?? { passwordHash: await hashPassword(password ?? "") };
    const db = connect(c.env);
    const event = auditEvent(c, {
      action: "user.create",
      targetType: "user",
      targetId: row.id,
      teamId: null,
      after: toUser(row),
    });
    await db.batch([...insertUser(db, row, access), insertAuditEvent(db, event)]).catch((error: unknown) => {
      throw isUniqueError(error) ? emailTaken() : error;
    });
    if (token) c.set("mustShow", true);
    c.header("location", `/v1/users/${row.id}`);
    c.header("etag", etagOf(row.updatedAt.getTime()));
    return c.json({ ...toUser(row), ...toPasswordToken(token) }, 201);
  });
}
