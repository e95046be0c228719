import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { assertReachable, change, changeable } from "./change.ts";
import { subscriptionChangeSchema, subscriptionSchema, toSubscription } from "./schema.ts";

const route = createRoute({
  method: "patch",
  path: "/v1/subscriptions/{id}",
  operationId: "changeSubscription",
  tags: ["subscriptions"],
  summary: "Change a subscription: what is left out stays",
  ...requireScope("subscriptions:write"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: subscriptionChangeSchema } } },
  },
  responses: {
    200: {
      description: "The subscription as it is now",
      headers: etagHeader,
      content: { "application/json": { schema: subscriptionSchema } },
    },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...changeProblems,
  },
});

export function registerChangeSubscription(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await changeable(c, c.req.valid("param").id);
    const changes = c.req.valid("json");
    if (changes.url !== undefined) assertReachable(c, changes.url);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const row = await change(c, before, given, "subscription.change");
    c.header("etag", etagOf(row.version));
    return c.json(toSubscription(row), 200);
  });
}
