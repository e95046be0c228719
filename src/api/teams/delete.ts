import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { deleteTeam } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { assertMatch, ifMatchHeader } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { toTeam } from "./schema.ts";
import { findAdministeredTeam } from "./access.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/teams/{id}",
  operationId: "deleteTeam",
  tags: ["teams"],
  summary: "Delete Team",
  description:
    "Fails with 409 while an integration, a subscription or a valid API key belongs to the team. Its members stay users. Its alerts and deliveries stay and are visible to platform admins only.",
  ...requireScope("admin"),
  request: { params: idParam, headers: z.object(ifMatchHeader) },
  responses: { 204: { description: "Deleted" }, ...commonProblems, ...notFoundProblem, ...changeProblems },
});

export function registerDeleteTeam(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const team = await findAdministeredTeam(c, c.req.valid("param").id);
    assertMatch(c, team.updatedAt.getTime());
    const event = auditEvent(c, {
      action: "team.delete",
      targetType: "team",
      targetId: team.id,
      teamId: team.id,
      before: toTeam(team),
    });
    if (!(await deleteTeam(connect(c.env), team.id, event))) {
      throw new Problem(
        "conflict",
        "Integrations, subscriptions or API keys belong to this team. Move or delete them, or revoke the keys, first.",
      );
    }
    await endStreams(c.env, { teamIds: [team.id] });
    return c.body(null, 204);
  });
}
