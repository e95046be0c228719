import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { connect } from "../../db/client.ts";
import { isForeignKeyError } from "../../db/errors.ts";
import { findMember, setMember } from "../../db/teams.ts";
import { findUser } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { auditEvent } from "../audit.ts";
import { requireScope, noSuch } from "../require-scope.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { isPlatformAdmin } from "../users/access.ts";
import { toPasswordToken } from "../users/schema.ts";
import { createdMemberSchema, memberParams, memberRoleSchema, toMember } from "./schema.ts";
import { findAdministeredTeam, lastTeamAdmin } from "./access.ts";
import { admit } from "./admit.ts";

const route = createRoute({
  method: "put",
  path: "/v1/teams/{id}/members/{userId}",
  operationId: "setMember",
  tags: ["teams"],
  summary: "Set Member",
  description:
    "Adds a user to the team, or changes the role of a member. Only a platform admin may change the role of the last ADMIN of a team. Only a platform admin may add a user with an unverified email address (409 otherwise). That verifies the address, deletes every earlier password and session, and returns a new password token.",
  ...requireScope("admin"),
  request: {
    params: memberParams,
    body: { required: true, content: { "application/json": { schema: memberRoleSchema } } },
  },
  responses: {
    200: { description: "The member", content: { "application/json": { schema: createdMemberSchema } } },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    409: changeProblems[409],
  },
});

export function registerSetMember(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id, userId } = c.req.valid("param");
    const { id: teamId } = await findAdministeredTeam(c, id);
    const { role } = c.req.valid("json");
    const db = connect(c.env);
    const existing = await findMember(db, teamId, userId);
    const { token, statements } = existing ? { token: null, statements: [] } : await admitById(c, userId, teamId);
    const event = auditEvent(c, {
      action: "team-member.set",
      targetType: "team-member",
      targetId: userId,
      teamId,
      before: existing ? { userId, role: existing.role } : null,
      after: { userId, role },
    });
    const isSet = await setMember(db, { teamId, userId, role }, !isPlatformAdmin(c), event, statements).catch(
      (error: unknown) => {
        throw isForeignKeyError(error) ? noSuch("user") : error;
      },
    );
    if (!isSet) throw lastTeamAdmin();
    await endStreams(c.env, { actors: [`user:${userId}`] });
    const member = await findMember(db, teamId, userId);
    if (!member) throw noSuch("user");
    if (token) c.set("mustShow", true);
    return c.json({ ...toMember(member), ...toPasswordToken(token) }, 200);
  });
}

/** Admits the user with this id. @throws Problem `not-found`, or `conflict` when only a platform admin may */
async function admitById(c: Context<AppEnv>, userId: string, teamId: string) {
  const user = await findUser(connect(c.env), userId);
  if (!user) throw noSuch("user");
  return admit(c, user, teamId);
}
