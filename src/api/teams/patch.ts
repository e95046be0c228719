import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { changeTeam } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { auditEvent } from "../audit.ts";
import { assertMatch, changedMeanwhile, etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { teamChangeSchema, teamSchema, toTeam } from "./schema.ts";
import { administeredTeam } from "./team.ts";

const route = createRoute({
  method: "patch",
  path: "/v1/teams/{id}",
  operationId: "changeTeam",
  tags: ["teams"],
  summary: "Change a team's name",
  ...requireScope("admin"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: teamChangeSchema } } },
  },
  responses: {
    200: {
      description: "The team as it is now",
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

export function registerChangeTeam(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const was = await administeredTeam(c, c.req.valid("param").id);
    assertMatch(c, was.updatedAt.getTime());
    const { name = was.name } = c.req.valid("json");
    const audit = auditEvent(c, {
      action: "team.change",
      targetType: "team",
      targetId: was.id,
      teamId: was.id,
      before: toTeam(was),
      after: toTeam({ ...was, name }),
    });
    const row = await changeTeam(connect(c.env), was, { name }, audit);
    if (!row) throw changedMeanwhile(was.updatedAt.getTime());
    c.header("etag", etagOf(row.updatedAt.getTime()));
    return c.json(toTeam(row), 200);
  });
}
