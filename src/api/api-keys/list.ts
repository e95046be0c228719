import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { listApiKeys } from "../../db/api-keys.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { narrow } from "../../lib/principal.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { createdAtPosition, pageOf, pageQuery, readCursor, toPage } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { apiKeySchema, toApiKey } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/api-keys",
  operationId: "listApiKeys",
  tags: ["api-keys"],
  summary: "List API Keys",
  description: "Lists keys, newest first, including revoked and expired ones.",
  ...requireScope("admin"),
  request: {
    query: z.object({
      teamId: z.uuid().optional().openapi({ description: "Only keys of this team" }),
      ...pageQuery,
    }),
  },
  responses: {
    200: { description: "A page of keys", content: { "application/json": { schema: pageOf(apiKeySchema) } } },
    ...commonProblems,
  },
});

export function registerListApiKeys(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, teamId } = c.req.valid("query");
    const rows = await listApiKeys(database(c), narrow(c.get("visibleTeams"), teamId), readCursor(cursor), limit + 1);
    return c.json(toPage(c, rows, limit, toApiKey, createdAtPosition), 200);
  });
}
