import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { connect } from "../../db/client.ts";
import { type IntegrationRow, listIntegrations } from "../../db/integrations.ts";
import { narrow } from "../../lib/principal.ts";
import { requireScope } from "../require-scope.ts";
import { createdAtPosition, pageOf, pageQuery, readCursor, toPage } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { integrationSchema, toIntegration } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/integrations",
  operationId: "listIntegrations",
  tags: ["integrations"],
  summary: "List Integrations",
  description: "Lists integrations, newest first.",
  ...requireScope("integrations:read"),
  request: {
    query: z.object({
      teamId: z.uuid().optional().openapi({ description: "Only integrations of this team" }),
      ...pageQuery,
    }),
  },
  responses: {
    200: {
      description: "A page of integrations",
      content: { "application/json": { schema: pageOf(integrationSchema) } },
    },
    ...commonProblems,
  },
});

export function registerListIntegrations(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, teamId } = c.req.valid("query");
    const visibleTeams = narrow(c.get("visibleTeams"), teamId);
    const rows = await listIntegrations(connect(c.env), visibleTeams, readCursor(cursor), limit + 1);
    const toItem = (row: IntegrationRow) => toIntegration(row, c);
    return c.json(toPage(c, rows, limit, toItem, createdAtPosition), 200);
  });
}
