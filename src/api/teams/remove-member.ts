import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { findMember, removeMember } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { auditEvent } from "../audit.ts";
import { requireScope, noSuch } from "../require-scope.ts";
import { changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { isPlatformAdmin } from "../users/user.ts";
import { memberParams } from "./schema.ts";
import { administeredTeam, lastAdmin } from "./team.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/teams/{id}/members/{userId}",
  operationId: "removeMember",
  tags: ["teams"],
  summary: "Take somebody out of a team, at once",
  description: "They stay a user. A team keeps its last ADMIN, unless a platform admin says otherwise.",
  ...requireScope("admin"),
  request: { params: memberParams },
  responses: {
    204: { description: "They are no member any more" },
    ...commonProblems,
    ...notFoundProblem,
    409: changeProblems[409],
  },
});

export function registerRemoveMember(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id, userId } = c.req.valid("param");
    const { id: teamId } = await administeredTeam(c, id);
    const db = connect(c.env);
    const was = await findMember(db, teamId, userId);
    if (!was) throw noSuch("member");
    const audit = auditEvent(c, {
      action: "team-member.remove",
      targetType: "team-member",
      targetId: userId,
      teamId,
      before: { userId, role: was.role },
    });
    if (!(await removeMember(db, teamId, userId, !isPlatformAdmin(c), audit))) throw lastAdmin();
    return c.body(null, 204);
  });
}
