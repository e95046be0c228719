import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { listUsers } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { narrow } from "../../lib/principal.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { createdAtPosition, pageOf, pageQuery, readCursor, toPage } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { toVisibleUser } from "./access.ts";
import { userSchema } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/users",
  operationId: "listUsers",
  tags: ["users"],
  summary: "List Users",
  description: "Lists users, newest first. Platform admins see all users, team admins the members of their teams.",
  ...requireScope("admin"),
  request: {
    query: z.object({
      teamId: z.uuid().optional().openapi({ description: "Only members of this team" }),
      email: z
        .string()
        .max(254)
        .optional()
        .openapi({ description: "Only the user with this email address, in any case" }),
      ...pageQuery,
    }),
  },
  responses: {
    200: { description: "A page of users", content: { "application/json": { schema: pageOf(userSchema) } } },
    ...commonProblems,
  },
});

export function registerListUsers(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, email, limit, teamId } = c.req.valid("query");
    const visibleTeams = narrow(c.get("visibleTeams"), teamId);
    const rows = await listUsers(database(c), visibleTeams, email, readCursor(cursor), limit + 1);
    return c.json(
      toPage(c, rows, limit, (row) => toVisibleUser(c, row), createdAtPosition),
      200,
    );
  });
}
