import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { firstEntryAt } from "../../db/timeline.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { toIso, toIsoOrNull } from "../../lib/time.ts";
import { callSubscription } from "../../objects/subscription/client.ts";
import { visibleTeamsOfSubscription, toConfig } from "../../objects/subscription/config.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { subscriptionDetailSchema, toSubscription } from "./schema.ts";
import { loadSubscription } from "./update.ts";

const route = createRoute({
  method: "get",
  path: "/v1/subscriptions/{id}",
  operationId: "getSubscription",
  tags: ["subscriptions"],
  summary: "Get Subscription",
  description: "Returns a subscription with the state of its messages and its endpoint.",
  ...requireScope("subscriptions:read"),
  request: { params: idParam },
  responses: {
    200: {
      description: "The subscription with its state",
      headers: etagHeader,
      content: { "application/json": { schema: subscriptionDetailSchema } },
    },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetSubscription(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const row = await loadSubscription(c, c.req.valid("param").id);
    const { cursor, oldestPendingAt, lastDeliveredAt, nextAttemptAt, ...counts } = await callSubscription(
      c.env,
      row.id,
      (object) => object.state(),
    );
    const { teamId, filter } = toConfig(row);
    const visibleTeams = visibleTeamsOfSubscription({ teamId });
    const oldestUnreadAt = cursor && (await firstEntryAt(connect(c.env), visibleTeams, filter, cursor));
    const oldest = [oldestPendingAt, oldestUnreadAt].filter((at) => at !== null);
    c.header("etag", etagOf(row.version));
    return c.json(
      {
        ...toSubscription(row),
        state: {
          ...counts,
          oldestPendingAt: oldest.length === 0 ? null : toIso(Math.min(...oldest)),
          lastDeliveredAt: toIsoOrNull(lastDeliveredAt),
          nextAttemptAt: toIsoOrNull(nextAttemptAt),
        },
      },
      200,
    );
  });
}
