import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { isForeignKeyError, isUniqueError } from "../../db/errors.ts";
import { insertMember } from "../../db/teams.ts";
import { findUserByEmail, insertUser } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newPasswordToken } from "../../lib/password.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { requireScope, noSuch } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { toPasswordToken, toUser } from "../users/schema.ts";
import { newUser } from "../users/user.ts";
import { createdMemberSchema, newMemberSchema, toMember } from "./schema.ts";
import { administeredTeam } from "./team.ts";

const route = createRoute({
  method: "post",
  path: "/v1/teams/{id}/members",
  operationId: "inviteMember",
  tags: ["teams"],
  summary: "Add somebody by their email address, known or not",
  description:
    "Who is not known yet is let in; the reply then shows this once with what they set a password. Hand it over yourself, or let them sign in at an identity provider: there is no mail.",
  ...requireScope("admin"),
  request: {
    params: idParam,
    body: { required: true, content: { "application/json": { schema: newMemberSchema } } },
  },
  responses: {
    201: { description: "The member", content: { "application/json": { schema: createdMemberSchema } } },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerInviteMember(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id: teamId } = await administeredTeam(c, c.req.valid("param").id);
    const { email, role, name = email.slice(0, email.indexOf("@")) } = c.req.valid("json");
    const db = connect(c.env);
    const known = await findUserByEmail(db, email);
    const token = known ? null : await newPasswordToken(Date.now());
    const user = known ?? newUser(c, { email, name, isPlatformAdmin: false });
    const act = { teamId, targetId: user.id } as const;
    const added = auditEvent(c, {
      ...act,
      action: "team-member.set",
      targetType: "team-member",
      after: { userId: user.id, role },
    });
    const made = auditEvent(c, { ...act, action: "user.create", targetType: "user", after: toUser(user) });
    const newcomer = token ? [...insertUser(db, user, token), insertAuditEvent(db, made)] : [];
    const [member, record] = insertMember(db, teamId, user.id, role, added);
    await db.batch([record, ...newcomer, member]).catch((error: unknown) => {
      if (isForeignKeyError(error)) throw noSuch("team");
      if (isUniqueError(error)) throw new Problem("conflict", "They are a member already, or were just added.");
      throw error;
    });
    if (token) c.set("mustShow", true);
    c.header("location", `/v1/teams/${teamId}/members/${user.id}`);
    const shown = { teamId, userId: user.id, email: user.email, name: user.name, role, createdAt: new Date() };
    return c.json({ ...toMember(shown), ...toPasswordToken(token) }, 201);
  });
}
