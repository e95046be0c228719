import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { textProblems } from "./errors.ts";
import { readReceiverFilter, receiverQuery } from "./filter.ts";
import { readReceivers } from "./receivers.ts";

const receiverSchema = z
  .object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).openapi({ description: "`tocsin_team`: the id of the team" }),
  })
  .openapi("AlertmanagerReceiver");

const route = createRoute({
  method: "get",
  path: "/api/v2/receivers",
  operationId: "alertmanagerGetReceivers",
  tags: ["alertmanager"],
  summary: "List Alertmanager Receivers",
  description: "Lists the visible teams, and `tocsin` for the alerts of integrations without a team.",
  ...requireScope("alerts:read"),
  request: { query: z.object(receiverQuery) },
  responses: {
    200: { description: "The receivers", content: { "application/json": { schema: z.array(receiverSchema) } } },
    ...textProblems,
  },
});

export function registerGetReceivers(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const isShown = readReceiverFilter(c.req.valid("query"));
    const { all } = await readReceivers(database(c), c.get("visibleTeams"));
    return c.json(all.filter(isShown), 200);
  });
}
