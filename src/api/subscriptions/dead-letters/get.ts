import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../../lib/app-env.ts";
import { callSubscription } from "../../../objects/subscription/client.ts";
import { requireScope, noSuch } from "../../require-scope.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { loadSubscription } from "../update.ts";
import { deadLetterParams, deadLetterSchema, toDeadLetter } from "./schema.ts";

const responseSchema = deadLetterSchema
  .extend({ body: z.unknown().openapi({ description: "Body of the message" }) })
  .openapi("DeadLetterDetail");

const route = createRoute({
  method: "get",
  path: "/v1/subscriptions/{id}/dead-letters/{messageId}",
  operationId: "getDeadLetter",
  tags: ["subscriptions"],
  summary: "Get Dead Letter",
  description: "Returns a dead letter with the body of the message.",
  ...requireScope("subscriptions:read"),
  request: { params: deadLetterParams },
  responses: {
    200: { description: "The dead letter", content: { "application/json": { schema: responseSchema } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetDeadLetter(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id: subscriptionId, messageId } = c.req.valid("param");
    const { id } = await loadSubscription(c, subscriptionId);
    const letter = await callSubscription(c.env, id, (object) => object.getDeadLetter(messageId));
    if (!letter) throw noSuch("dead letter");
    return c.json({ ...toDeadLetter(letter), body: JSON.parse(letter.body) as unknown }, 200);
  });
}
