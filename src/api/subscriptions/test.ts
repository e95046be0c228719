import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { toConfig } from "../../objects/subscription/config.ts";
import { testBody } from "../../objects/subscription/message.ts";
import { postTo } from "../../objects/subscription/http.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { subscriptionOf } from "./change.ts";

const result = z
  .object({
    isDelivered: z.boolean(),
    statusCode: z.int().nullable().openapi({ description: "What the subscriber answered; null: nothing" }),
    error: z.string().nullable(),
    messageId: z.uuid().openapi({ description: "The `webhook-id` of the message" }),
  })
  .openapi("SubscriptionTest");

const route = createRoute({
  method: "post",
  path: "/v1/subscriptions/{id}/test",
  operationId: "testSubscription",
  tags: ["subscriptions"],
  summary: "Send a signed message of the type `subscription.test`, once, and say what became of it",
  ...requireScope("subscriptions:write"),
  request: { params: idParam },
  responses: {
    200: { description: "What became of it", content: { "application/json": { schema: result } } },
    ...commonProblems,
    ...notFoundProblem,
    ...idempotencyProblems,
  },
});

export function registerTestSubscription(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const row = await subscriptionOf(c, c.req.valid("param").id);
    const [messageId, now] = [newId(), Date.now()];
    const attempt = await postTo(c.env, toConfig(row), { id: messageId, body: testBody(now) }, now);
    return c.json(
      {
        isDelivered: attempt.isDelivered,
        statusCode: attempt.statusCode,
        error: attempt.isDelivered ? null : attempt.error,
        messageId,
      },
      200,
    );
  });
}
