import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { findApiKey } from "../../db/api-keys.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { includesTeam } from "../../lib/principal.ts";
import { database } from "../request-scope.ts";
import { requireScope, noSuch } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { apiKeySchema, toApiKey } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/api-keys/{id}",
  operationId: "getApiKey",
  tags: ["api-keys"],
  summary: "Get API Key",
  description: "Returns all fields except the key itself.",
  ...requireScope("admin"),
  request: { params: idParam },
  responses: {
    200: { description: "The key", content: { "application/json": { schema: apiKeySchema } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetApiKey(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const row = await findApiKey(database(c), c.req.valid("param").id);
    if (!row || !includesTeam(c.get("visibleTeams"), row.teamId)) throw noSuch("API key");
    return c.json(toApiKey(row), 200);
  });
}
