import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { anyCaller } from "../users/access.ts";
import { teamSchema, toTeam } from "./schema.ts";
import { findVisibleTeam } from "./access.ts";

const route = createRoute({
  method: "get",
  path: "/v1/teams/{id}",
  operationId: "getTeam",
  tags: ["teams"],
  summary: "Get Team",
  ...anyCaller,
  request: { params: idParam },
  responses: {
    200: { description: "The team", headers: etagHeader, content: { "application/json": { schema: teamSchema } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetTeam(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const row = await findVisibleTeam(c, c.req.valid("param").id);
    c.header("etag", etagOf(row.updatedAt.getTime()));
    return c.json(toTeam(row), 200);
  });
}
