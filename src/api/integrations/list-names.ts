import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { listIntegrationNames } from "../../db/integrations.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { createdAtPosition, limitUpTo, pageOf, pageQuery, readCursor, repeatable, toPage } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";

const MAX_NAMES = 1000;

const nameSchema = z.object({ id: z.uuid(), name: z.string() }).openapi("IntegrationName");

const route = createRoute({
  method: "get",
  path: "/v1/integrations/names",
  operationId: "listIntegrationNames",
  tags: ["integrations"],
  summary: "List Integration Names",
  description: "Lists ids and names, newest first: many in one response, to show them beside alerts and deliveries.",
  ...requireScope("integrations:read"),
  request: {
    query: z.object({
      ...pageQuery,
      limit: limitUpTo(MAX_NAMES, MAX_NAMES),
      id: repeatable(z.uuid()).optional().openapi({ description: "Any of these integrations; repeatable" }),
    }),
  },
  responses: {
    200: { description: "A page of names", content: { "application/json": { schema: pageOf(nameSchema) } } },
    ...commonProblems,
  },
});

export function registerListIntegrationNames(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, id: ids } = c.req.valid("query");
    const rows = await listIntegrationNames(database(c), c.get("visibleTeams"), readCursor(cursor), limit + 1, ids);
    return c.json(
      toPage(c, rows, limit, ({ id, name }) => ({ id, name }), createdAtPosition),
      200,
    );
  });
}
