import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { listSubscriptions } from "../../db/subscriptions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { narrow } from "../../lib/principal.ts";
import { requireScope } from "../require-scope.ts";
import { pageOf, pageQuery, readCursor, toPage } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { subscriptionSchema, toSubscription } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/subscriptions",
  operationId: "listSubscriptions",
  tags: ["subscriptions"],
  summary: "List Subscriptions",
  description: "Lists subscriptions, newest first.",
  ...requireScope("subscriptions:read"),
  request: {
    query: z.object({
      teamId: z.uuid().optional().openapi({ description: "Only subscriptions of this team" }),
      ...pageQuery,
    }),
  },
  responses: {
    200: {
      description: "A page of subscriptions",
      content: { "application/json": { schema: pageOf(subscriptionSchema) } },
    },
    ...commonProblems,
  },
});

export function registerListSubscriptions(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, teamId } = c.req.valid("query");
    const visibleTeams = narrow(c.get("visibleTeams"), teamId);
    const rows = await listSubscriptions(connect(c.env), visibleTeams, readCursor(cursor), limit + 1);
    return c.json(
      toPage(c, rows, limit, toSubscription, (row) => ({ sortedBy: row.createdAt.getTime(), id: row.id })),
      200,
    );
  });
}
