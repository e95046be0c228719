import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { encryptSecret, newSecret, previousSecretColumns } from "../integrations/secret.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { change, changeable } from "./change.ts";
import { subscriptionSchema, toSubscription, withSecret } from "./schema.ts";

const rotation = z
  .strictObject({
    overlapMinutes: z
      .int()
      .min(0)
      .max(43_200)
      .default(1440)
      .openapi({ description: "How long messages bear a signature by the present secret, too; 0: not at all" }),
  })
  .openapi("SubscriptionSecretRotation", { example: { overlapMinutes: 60 } });

const route = createRoute({
  method: "post",
  path: "/v1/subscriptions/{id}/rotate-secret",
  operationId: "rotateSubscriptionSecret",
  tags: ["subscriptions"],
  summary: "Give a subscription a new secret; the reply shows it this once",
  ...requireScope("subscriptions:write"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: rotation } } },
  },
  responses: {
    200: {
      description: "The subscription with its new secret",
      headers: etagHeader,
      content: { "application/json": { schema: subscriptionSchema.extend(withSecret).openapi("RotatedSubscription") } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...changeProblems,
    ...idempotencyProblems,
  },
});

export function registerRotateSubscriptionSecret(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await changeable(c, c.req.valid("param").id);
    const { overlapMinutes } = c.req.valid("json");
    const secret = newSecret("standard-webhooks");
    const next = {
      ...(await encryptSecret(c.env, secret, before.id)),
      ...previousSecretColumns(before, overlapMinutes),
    };
    const row = await change(c, before, next, "subscription.rotate-secret");
    c.set("mustShow", true);
    c.header("etag", etagOf(row.version));
    return c.json({ ...toSubscription(row), secret }, 200);
  });
}
