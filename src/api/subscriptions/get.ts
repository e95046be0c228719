import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { firstEntryAt } from "../../db/timeline.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { toIso } from "../../lib/time.ts";
import { callSubscription } from "../../objects/subscription/client.ts";
import { visibleTeamsOfSubscription, toConfig } from "../../objects/subscription/config.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { subscriptionOf } from "./change.ts";
import { subscriptionDetailSchema, toSubscription } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/subscriptions/{id}",
  operationId: "getSubscription",
  tags: ["subscriptions"],
  summary: "Get a subscription, and how its messages get through",
  ...requireScope("subscriptions:read"),
  request: { params: idParam },
  responses: {
    200: {
      description: "The subscription",
      headers: etagHeader,
      content: { "application/json": { schema: subscriptionDetailSchema } },
    },
    ...commonProblems,
    ...notFoundProblem,
  },
});

const iso = (ms: number | null) => (ms === null ? null : toIso(ms));

export function registerGetSubscription(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const row = await subscriptionOf(c, c.req.valid("param").id);
    const { place, oldestWaitingAt, lastDeliveredAt, nextAttemptAt, ...state } = await callSubscription(
      c.env,
      row.id,
      (object) => object.state(),
    );
    const config = toConfig(row);
    const unreadAt =
      place && (await firstEntryAt(connect(c.env), visibleTeamsOfSubscription(config), config.filter, place));
    const oldest = [oldestWaitingAt, unreadAt].filter((at) => at !== null);
    c.header("etag", etagOf(row.version));
    return c.json(
      {
        ...toSubscription(row),
        delivery: {
          ...state,
          oldestWaitingAt: oldest.length === 0 ? null : toIso(Math.min(...oldest)),
          lastDeliveredAt: iso(lastDeliveredAt),
          nextAttemptAt: iso(nextAttemptAt),
        },
      },
      200,
    );
  });
}
