import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../../lib/app-env.ts";
import { callSubscription } from "../../../objects/subscription/client.ts";
import { requireScope, noSuch } from "../../require-scope.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { subscriptionOf } from "../change.ts";
import { deadLetterParams, deadLetterSchema, toDeadLetter } from "./schema.ts";

const detail = deadLetterSchema
  .extend({ body: z.unknown().openapi({ description: "The message as it was sent" }) })
  .openapi("DeadLetterDetail");

const route = createRoute({
  method: "get",
  path: "/v1/subscriptions/{id}/dead-letters/{messageId}",
  operationId: "getDeadLetter",
  tags: ["subscriptions"],
  summary: "Get a message that was given up, with what it says",
  ...requireScope("subscriptions:read"),
  request: { params: deadLetterParams },
  responses: {
    200: { description: "The dead letter", content: { "application/json": { schema: detail } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetDeadLetter(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id: subscriptionId, messageId } = c.req.valid("param");
    const { id } = await subscriptionOf(c, subscriptionId);
    const letter = await callSubscription(c.env, id, (object) => object.getDeadLetter(messageId));
    if (!letter) throw noSuch("dead letter");
    return c.json({ ...toDeadLetter(letter), body: JSON.parse(letter.body) as unknown }, 200);
  });
}
