import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { callSubscription } from "../../objects/subscription/client.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { subscriptionDetailSchema, toState, toSubscription } from "./schema.ts";
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
    const state = await callSubscription(c.env, row.id, (object) => object.state());
    c.header("etag", etagOf(row.version));
    return c.json({ ...toSubscription(row), state: toState(state) }, 200);
  });
}
