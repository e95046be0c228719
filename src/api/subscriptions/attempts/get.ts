import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../../lib/app-env.ts";
import { callSubscription } from "../../../objects/subscription/client.ts";
import { requireScope, noSuch } from "../../require-scope.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { loadSubscription } from "../update.ts";
import { attemptDetailSchema, attemptParams, toAttemptDetail } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/subscriptions/{id}/attempts/{attemptId}",
  operationId: "getAttempt",
  tags: ["subscriptions"],
  summary: "Get Attempt",
  description: "Returns an attempt with its request and answer, without secrets.",
  ...requireScope("subscriptions:read"),
  request: { params: attemptParams },
  responses: {
    200: { description: "The attempt", content: { "application/json": { schema: attemptDetailSchema } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetAttempt(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id: subscriptionId, attemptId } = c.req.valid("param");
    const { id } = await loadSubscription(c, subscriptionId);
    const attempt = await callSubscription(c.env, id, (object) => object.getAttempt(attemptId.toLowerCase()));
    if (!attempt) throw noSuch("attempt");
    return c.json(toAttemptDetail(attempt), 200);
  });
}
