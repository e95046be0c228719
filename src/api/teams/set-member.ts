import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { isForeignKeyError } from "../../db/errors.ts";
import { findMember, setMember } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { auditEvent } from "../audit.ts";
import { requireScope, noSuch } from "../require-scope.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { isPlatformAdmin } from "../users/user.ts";
import { memberParams, memberRoleSchema, memberSchema, toMember } from "./schema.ts";
import { administeredTeam, lastAdmin } from "./team.ts";

const route = createRoute({
  method: "put",
  path: "/v1/teams/{id}/members/{userId}",
  operationId: "setMember",
  tags: ["teams"],
  summary: "Make somebody a member of a team, or give a member another role",
  description: "A team keeps its last ADMIN, unless a platform admin says otherwise.",
  ...requireScope("admin"),
  request: {
    params: memberParams,
    body: { required: true, content: { "application/json": { schema: memberRoleSchema } } },
  },
  responses: {
    200: { description: "The member", content: { "application/json": { schema: memberSchema } } },
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
    const { id: teamId } = await administeredTeam(c, id);
    const { role } = c.req.valid("json");
    const db = connect(c.env);
    const was = await findMember(db, teamId, userId);
    const audit = auditEvent(c, {
      action: "team-member.set",
      targetType: "team-member",
      targetId: userId,
      teamId,
      before: was ? { userId, role: was.role } : null,
      after: { userId, role },
    });
    const isSet = await setMember(db, { teamId, userId, role }, !isPlatformAdmin(c), audit).catch((error: unknown) => {
      throw isForeignKeyError(error) ? noSuch("user") : error;
    });
    if (!isSet) throw lastAdmin();
    const member = await findMember(db, teamId, userId);
    if (!member) throw noSuch("user");
    return c.json(toMember(member), 200);
  });
}
