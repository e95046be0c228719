import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { isForeignKeyError, isUniqueError } from "../../db/errors.ts";
import { findMember, insertMember } from "../../db/teams.ts";
import { findUserByEmail, insertUser } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { newPasswordToken } from "../../lib/password.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { requireScope, noSuch } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { toPasswordToken, toUser } from "../users/schema.ts";
import { emailTaken, newUser } from "../users/access.ts";
import { createdMemberSchema, newMemberSchema, toMember } from "./schema.ts";
import { findAdministeredTeam } from "./access.ts";
import { admit } from "./admit.ts";

const route = createRoute({
  method: "post",
  path: "/v1/teams/{id}/members",
  operationId: "inviteMember",
  tags: ["teams"],
  summary: "Invite Member",
  description:
    "Adds the user with this email address to the team, and creates the user if there is none. For a new user, the response contains a password token, for one use, which is returned only once. Tocsin sends no mail: give the token to the user, or let them sign in at an identity provider. Only a platform admin may add a user with an unverified email address to a further team (409 otherwise). That verifies the address, deletes every earlier password and session, and returns a new password token.",
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

/** A new user, with the token for the first password and the statements for the batch that adds the member. */
async function create(c: Context<AppEnv>, fields: Parameters<typeof newUser>[1], teamId: string) {
  const [user, token] = [newUser(c, fields), await newPasswordToken(Date.now())];
  const target = { targetType: "user", targetId: user.id, teamId } as const;
  const event = auditEvent(c, { ...target, action: "user.create", after: toUser(user) });
  const db = connect(c.env);
  return { user, token, statements: [...insertUser(db, user, token), insertAuditEvent(db, event)] };
}

const isMemberAlready = (): Problem =>
  new Problem("conflict", "This user is a member already. Change the role with `PUT` on the member.");

export function registerInviteMember(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id: teamId } = await findAdministeredTeam(c, c.req.valid("param").id);
    const { email, role, name = email.slice(0, email.indexOf("@")) } = c.req.valid("json");
    const db = connect(c.env);
    const existing = await findUserByEmail(db, email);
    if (existing && (await findMember(db, teamId, existing.id))) throw isMemberAlready();
    const { user, token, statements } = existing
      ? { user: existing, ...(await admit(c, existing, teamId)) }
      : await create(c, { email, name, isPlatformAdmin: false }, teamId);
    const memberEvent = auditEvent(c, {
      action: "team-member.set",
      targetType: "team-member",
      targetId: user.id,
      teamId,
      after: { userId: user.id, role },
    });
    const [addMember, recordEvent] = insertMember(db, teamId, user.id, role, memberEvent);
    await db.batch([recordEvent, ...statements, addMember]).catch((error: unknown) => {
      if (isForeignKeyError(error)) throw noSuch("team");
      if (isUniqueError(error)) throw existing ? isMemberAlready() : emailTaken();
      throw error;
    });
    if (existing) await endStreams(c.env, { actors: [`user:${existing.id}`] });
    if (token) c.set("mustShow", true);
    c.header("location", `/v1/teams/${teamId}/members/${user.id}`);
    const member = { teamId, userId: user.id, email: user.email, name: user.name, role, createdAt: new Date() };
    return c.json({ ...toMember(member), ...toPasswordToken(token) }, 201);
  });
}
