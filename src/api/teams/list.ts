import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { listTeams } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { createdAtPosition, pageOf, pageQuery, readCursor, toPage } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { anyCaller } from "../users/access.ts";
import { teamSchema, toTeam } from "./schema.ts";
import { readableTeams } from "./access.ts";
import { database } from "../request-scope.ts";

const route = createRoute({
  method: "get",
  path: "/v1/teams",
  operationId: "listTeams",
  tags: ["teams"],
  summary: "List Teams",
  description: "Lists the caller's own teams, newest first; callers with a scope on the whole platform see all teams.",
  ...anyCaller,
  request: { query: z.object(pageQuery) },
  responses: {
    200: { description: "A page of teams", content: { "application/json": { schema: pageOf(teamSchema) } } },
    ...commonProblems,
  },
});

export function registerListTeams(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const rows = await listTeams(database(c), readableTeams(c.get("principal")), readCursor(cursor), limit + 1);
    return c.json(toPage(c, rows, limit, toTeam, createdAtPosition), 200);
  });
}
