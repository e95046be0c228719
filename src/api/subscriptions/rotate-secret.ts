import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { encryptSecret, newSecret, previousSecretColumns } from "../integrations/secret.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, idempotencyProblems, notFoundProblem } from "../problems.ts";
import { overlapField } from "../rotation.ts";
import { secretField, subscriptionSchema, toSubscription } from "./schema.ts";
import { loadForUpdate, updateSubscription } from "./update.ts";

const requestSchema = z
  .strictObject({
    overlapMinutes: overlapField("Minutes for which messages are also signed with the old secret; 0: it stops at once"),
  })
  .openapi("SubscriptionSecretRotation", { example: { overlapMinutes: 60 } });

const route = createRoute({
  method: "post",
  path: "/v1/subscriptions/{id}/rotate-secret",
  operationId: "rotateSubscriptionSecret",
  tags: ["subscriptions"],
  summary: "Rotate Subscription Secret",
  description:
    "The response contains the new secret, which is returned only once. Until the overlap ends, messages have one signature for " +
    "each secret.",
  ...requireScope("subscriptions:write"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: requestSchema } } },
  },
  responses: {
    200: {
      description: "The subscription with its new secret",
      headers: etagHeader,
      content: {
        "application/json": { schema: subscriptionSchema.extend(secretField).openapi("RotatedSubscription") },
      },
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
    const before = await loadForUpdate(c, c.req.valid("param").id);
    const { overlapMinutes } = c.req.valid("json");
    const secret = newSecret("standard-webhooks");
    const columns = {
      ...(await encryptSecret(c.env, secret, before.id)),
      ...previousSecretColumns(before, overlapMinutes),
    };
    const row = await updateSubscription(c, before, columns, "subscription.rotate-secret");
    c.set("mustShow", true);
    c.header("etag", etagOf(row.version));
    return c.json({ ...toSubscription(row), secret }, 200);
  });
}
