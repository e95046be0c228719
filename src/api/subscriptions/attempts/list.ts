import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../../lib/app-env.ts";
import { callSubscription } from "../../../objects/subscription/client.ts";
import { requireScope } from "../../require-scope.ts";
import { idParam, linkNext, pageOf, pageQuery } from "../../pagination.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { loadSubscription } from "../update.ts";
import { attemptOutcome, attemptSchema, toAttempt } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/subscriptions/{id}/attempts",
  operationId: "listAttempts",
  tags: ["subscriptions"],
  summary: "List Attempts",
  description:
    "Lists the attempts to send messages, newest first. They are kept for 7 days, at most 10,000 failed ones and 10,000 others. The " +
    "latest second may be lost in a crash.",
  ...requireScope("subscriptions:read"),
  request: {
    params: idParam,
    query: z.object({
      outcome: attemptOutcome.optional().openapi({ description: "Only attempts with this outcome" }),
      messageId: z.uuid().optional().openapi({ description: "Only attempts of this message" }),
      ...pageQuery,
      cursor: z.uuid().optional().openapi({ description: "`nextCursor` of the previous page" }),
    }),
  },
  responses: {
    200: { description: "A page of attempts", content: { "application/json": { schema: pageOf(attemptSchema) } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerListAttempts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor = null, limit, outcome = null, messageId = null } = c.req.valid("query");
    const { id } = await loadSubscription(c, c.req.valid("param").id);
    const filter = { outcome, messageId };
    const attempts = await callSubscription(c.env, id, (object) => object.listAttempts(filter, cursor, limit + 1));
    const data = attempts.slice(0, limit).map(toAttempt);
    const nextCursor = attempts.length > limit ? (data.at(-1)?.id ?? null) : null;
    if (nextCursor !== null) linkNext(c, nextCursor);
    return c.json({ data, nextCursor }, 200);
  });
}
