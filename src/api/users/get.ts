import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { userSchema } from "./schema.ts";
import { anyCaller, findVisibleUser, toVisibleUser } from "./access.ts";

const route = createRoute({
  method: "get",
  path: "/v1/users/{id}",
  operationId: "getUser",
  tags: ["users"],
  summary: "Get User",
  description: "Users see themselves and the members of teams that they administer. Platform admins see all users.",
  ...anyCaller,
  request: { params: idParam },
  responses: {
    200: { description: "The user", headers: etagHeader, content: { "application/json": { schema: userSchema } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetUser(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const row = await findVisibleUser(c, c.req.valid("param").id);
    c.header("etag", etagOf(row.updatedAt.getTime()));
    return c.json(toVisibleUser(c, row), 200);
  });
}
