import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { changeTeam } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { auditEvent } from "../audit.ts";
import { assertMatch, changedMeanwhile, etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { teamUpdateSchema, teamSchema, toTeam } from "./schema.ts";
import { findAdministeredTeam } from "./access.ts";

const route = createRoute({
  method: "patch",
  path: "/v1/teams/{id}",
  operationId: "updateTeam",
  tags: ["teams"],
  summary: "Update Team",
  ...requireScope("admin"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: teamUpdateSchema } } },
  },
  responses: {
    200: {
      description: "The updated team",
      headers: etagHeader,
      content: { "application/json": { schema: teamSchema } },
    },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...changeProblems,
  },
});

export function registerUpdateTeam(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await findAdministeredTeam(c, c.req.valid("param").id);
    assertMatch(c, before.updatedAt.getTime());
    const { name = before.name } = c.req.valid("json");
    const event = auditEvent(c, {
      action: "team.update",
      targetType: "team",
      targetId: before.id,
      teamId: before.id,
      before: toTeam(before),
      after: toTeam({ ...before, name }),
    });
    const row = await changeTeam(connect(c.env), before, { name }, event);
    if (!row) throw changedMeanwhile(before.updatedAt.getTime());
    c.header("etag", etagOf(row.updatedAt.getTime()));
    return c.json(toTeam(row), 200);
  });
}
