import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { deleteTeam } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { assertMatch, ifMatchHeader } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { toTeam } from "./schema.ts";
import { administeredTeam } from "./team.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/teams/{id}",
  operationId: "deleteTeam",
  tags: ["teams"],
  summary: "Delete a team to which no integration, no subscription and no API key belongs any more",
  description: "Its members stay users. Its alerts and deliveries stay, for the platform's admins alone.",
  ...requireScope("admin"),
  request: { params: idParam, headers: z.object(ifMatchHeader) },
  responses: { 204: { description: "It is gone" }, ...commonProblems, ...notFoundProblem, ...changeProblems },
});

export function registerDeleteTeam(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const was = await administeredTeam(c, c.req.valid("param").id);
    assertMatch(c, was.updatedAt.getTime());
    const act = { action: "team.delete", targetType: "team", targetId: was.id, teamId: was.id } as const;
    if (!(await deleteTeam(connect(c.env), was.id, auditEvent(c, { ...act, before: toTeam(was) })))) {
      throw new Problem(
        "conflict",
        "Integrations, subscriptions or API keys belong to it: move or delete, and revoke, them first.",
      );
    }
    return c.body(null, 204);
  });
}
