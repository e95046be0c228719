import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { listSubscriptions, type SubscriptionRow } from "../../db/subscriptions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { narrow } from "../../lib/principal.ts";
import { externalNameQuery } from "../external-name.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { createdAtPosition, pageOf, pageQuery, readCursor, toPage } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { CALLS_MS, withinMs } from "../time-limit.ts";
import { listedSubscriptionSchema, toState, toSubscription } from "./schema.ts";
import { readStates } from "./states.ts";

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
      ...externalNameQuery,
      include: z
        .enum(["state"])
        .optional()
        .openapi({ description: "`state`: with the state of the messages and the endpoint of each" }),
      ...pageQuery,
    }),
  },
  responses: {
    200: {
      description: "A page of subscriptions",
      content: { "application/json": { schema: pageOf(listedSubscriptionSchema) } },
    },
    ...commonProblems,
  },
});

export function registerListSubscriptions(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, teamId, include, externalName } = c.req.valid("query");
    const visibleTeams = narrow(c.get("visibleTeams"), teamId);
    const rows = await listSubscriptions(database(c), visibleTeams, readCursor(cursor), limit + 1, externalName);
    const states = include === "state" ? await readStates(c.env, rows.slice(0, limit), withinMs(CALLS_MS)) : null;
    const toItem = (row: SubscriptionRow) => {
      const state = states?.get(row.id) ?? null;
      return { ...toSubscription(row), ...(states && { state: state && toState(state) }) };
    };
    return c.json(toPage(c, rows, limit, toItem, createdAtPosition), 200);
  });
}
