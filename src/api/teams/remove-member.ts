import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { findMember, removeMember } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { auditEvent } from "../audit.ts";
import { requireScope, noSuch } from "../require-scope.ts";
import { changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { isPlatformAdmin } from "../users/access.ts";
import { memberParams } from "./schema.ts";
import { findAdministeredTeam, lastTeamAdmin } from "./access.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/teams/{id}/members/{userId}",
  operationId: "removeMember",
  tags: ["teams"],
  summary: "Remove Member",
  description: "Takes effect at once; the user stays. Only a platform admin may remove the last ADMIN of a team.",
  ...requireScope("admin"),
  request: { params: memberParams },
  responses: {
    204: { description: "Removed" },
    ...commonProblems,
    ...notFoundProblem,
    409: changeProblems[409],
  },
});

export function registerRemoveMember(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id, userId } = c.req.valid("param");
    const { id: teamId } = await findAdministeredTeam(c, id);
    const db = connect(c.env);
    const member = await findMember(db, teamId, userId);
    if (!member) throw noSuch("member");
    const event = auditEvent(c, {
      action: "team-member.remove",
      targetType: "team-member",
      targetId: userId,
      teamId,
      before: { userId, role: member.role },
    });
    if (!(await removeMember(db, teamId, userId, !isPlatformAdmin(c), event))) throw lastTeamAdmin();
    await endStreams(c.env, { actors: [`user:${userId}`] });
    return c.body(null, 204);
  });
}
