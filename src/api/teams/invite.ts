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
import { newUser } from "../users/access.ts";
import { createdMemberSchema, newMemberSchema, toMember } from "./schema.ts";
import { findAdministeredTeam } from "./access.ts";

const route = createRoute({
  method: "post",
  path: "/v1/teams/{id}/members",
  operationId: "inviteMember",
  tags: ["teams"],
  summary: "Invite Member",
  description:
    "Adds the user with this email address to the team, and creates the user if there is none. For a new user, the response contains a one-time password token, which is returned only once. Tocsin sends no mail: give the token to the user, or let them sign in at an identity provider.",
  ...requireScope("admin"),
  request: {
    params: idParam,
    body: { required: true, content: { "application/json": { schema: newMemberSchema } } },
  },
  responses: {
    201: { description: "The new member", content: { "application/json": { schema: createdMemberSchema } } },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerInviteMember(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id: teamId } = await findAdministeredTeam(c, c.req.valid("param").id);
    const { email, role, name = email.slice(0, email.indexOf("@")) } = c.req.valid("json");
    const db = connect(c.env);
    const existing = await findUserByEmail(db, email);
    const token = existing ? null : await newPasswordToken(Date.now());
    const user = existing ?? newUser(c, { email, name, isPlatformAdmin: false });
    const target = { teamId, targetId: user.id };
    const memberEvent = auditEvent(c, {
      ...target,
      action: "team-member.set",
      targetType: "team-member",
      after: { userId: user.id, role },
    });
    const userEvent = auditEvent(c, { ...target, action: "user.create", targetType: "user", after: toUser(user) });
    const createUser = token ? [...insertUser(db, user, token), insertAuditEvent(db, userEvent)] : [];
    const [addMember, recordEvent] = insertMember(db, teamId, user.id, role, memberEvent);
    await db.batch([recordEvent, ...createUser, addMember]).catch((error: unknown) => {
      if (isForeignKeyError(error)) throw noSuch("team");
      if (isUniqueError(error)) {
        throw new Problem("conflict", "This user is a member already. Change the role with `PUT` on the member.");
      }
      throw error;
    });
    if (token) c.set("mustShow", true);
    c.header("location", `/v1/teams/${teamId}/members/${user.id}`);
    const member = { teamId, userId: user.id, email: user.email, name: user.name, role, createdAt: new Date() };
    return c.json({ ...toMember(member), ...toPasswordToken(token) }, 201);
  });
}
