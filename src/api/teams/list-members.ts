import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { listMembers } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { idParam, pageOf, pageQuery, readCursor, toPage } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { anyCaller } from "../users/access.ts";
import { memberSchema, toMember } from "./schema.ts";
import { findVisibleTeam } from "./access.ts";
import { database } from "../request-scope.ts";

const route = createRoute({
  method: "get",
  path: "/v1/teams/{id}/members",
  operationId: "listMembers",
  tags: ["teams"],
  summary: "List Members",
  description: "Lists members, the last added first. Every member of the team may list them.",
  ...anyCaller,
  request: { params: idParam, query: z.object(pageQuery) },
  responses: {
    200: { description: "A page of members", content: { "application/json": { schema: pageOf(memberSchema) } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerListMembers(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const { id } = c.req.valid("param");
    const [, rows] = await Promise.all([
      findVisibleTeam(c, id),
      listMembers(database(c), id, readCursor(cursor), limit + 1),
    ]);
    return c.json(
      toPage(c, rows, limit, toMember, (row) => ({ sortedBy: row.createdAt.getTime(), id: row.userId })),
      200,
    );
  });
}
