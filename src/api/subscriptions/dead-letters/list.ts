import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../../lib/app-env.ts";
import { callSubscription } from "../../../objects/subscription/client.ts";
import { requireScope } from "../../require-scope.ts";
import { idParam, linkNext, pageOf, pageQuery } from "../../pagination.ts";
import { commonProblems, notFoundProblem } from "../../problems.ts";
import { loadSubscription } from "../update.ts";
import { deadLetterSchema, toDeadLetter } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/subscriptions/{id}/dead-letters",
  operationId: "listDeadLetters",
  tags: ["subscriptions"],
  summary: "List Dead Letters",
  description: "Lists messages that were given up after 24 hours, oldest entry first. They are kept for 30 days.",
  ...requireScope("subscriptions:read"),
  request: {
    params: idParam,
    query: z.object({
      ...pageQuery,
      cursor: z.uuid().optional().openapi({ description: "`nextCursor` of the previous page" }),
    }),
  },
  responses: {
    200: {
      description: "A page of dead letters",
      content: { "application/json": { schema: pageOf(deadLetterSchema) } },
    },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerListDeadLetters(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor = null, limit } = c.req.valid("query");
    const { id } = await loadSubscription(c, c.req.valid("param").id);
    const letters = await callSubscription(c.env, id, (object) => object.listDeadLetters(cursor, limit + 1));
    const data = letters.slice(0, limit).map(toDeadLetter);
    const nextCursor = letters.length > limit ? (data.at(-1)?.messageId ?? null) : null;
    if (nextCursor !== null) linkNext(c, nextCursor);
    return c.json({ data, nextCursor }, 200);
  });
}
