import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { listSessions } from "../../db/sessions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { createdAtPosition, idParam, pageOf, pageQuery, readCursor, toPage } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { toUserSession, userSessionSchema } from "./schema.ts";
import { anyCaller, findEditableUser } from "./access.ts";
import { database } from "../request-scope.ts";

const route = createRoute({
  method: "get",
  path: "/v1/users/{id}/sessions",
  operationId: "listUserSessions",
  tags: ["users"],
  summary: "List User Sessions",
  description: "Lists sessions, newest first. Users see their own sessions, platform admins those of all users.",
  ...anyCaller,
  request: { params: idParam, query: z.object(pageQuery) },
  responses: {
    200: {
      description: "A page of sessions",
      content: { "application/json": { schema: pageOf(userSessionSchema) } },
    },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerListUserSessions(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const { id } = c.req.valid("param");
    const [, rows] = await Promise.all([
      findEditableUser(c, id),
      listSessions(database(c), id, new Date(), readCursor(cursor), limit + 1),
    ]);
    const current = c.get("principal").user?.sessionId;
    return c.json(
      toPage(c, rows, limit, (row) => toUserSession(row, current), createdAtPosition),
      200,
    );
  });
}
