import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { latestCursor, cursorText } from "../../db/timeline.ts";
import { connect } from "../../db/client.ts";
import { isForeignKeyError } from "../../db/errors.ts";
import { insertSubscription } from "../../db/subscriptions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { includesTeam } from "../../lib/principal.ts";
import { readCursor } from "../timeline/cursor.ts";
import { auditEvent } from "../audit.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { newSecret, encryptSecret } from "../integrations/secret.ts";
import { requireScope, noSuchTeam, onlyTeam } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { assertReachable, refresh } from "./change.ts";
import { newSubscriptionSchema, subscriptionSchema, toSubscription, withSecret } from "./schema.ts";

const route = createRoute({
  method: "post",
  path: "/v1/subscriptions",
  operationId: "createSubscription",
  tags: ["subscriptions"],
  summary: "Have changes of alerts POSTed somewhere; the reply shows the secret that signs them this once",
  description:
    "Messages are Standard Webhooks. Each is sent until it is answered 2xx, for 24 hours, and then becomes a dead letter; those of " +
    "one alert come in order. A message may come more than once, always with the same `webhook-id`.",
  ...requireScope("subscriptions:write"),
  request: { body: { required: true, content: { "application/json": { schema: newSubscriptionSchema } } } },
  responses: {
    201: {
      description: "The subscription",
      headers: etagHeader,
      content: { "application/json": { schema: subscriptionSchema.extend(withSecret).openapi("CreatedSubscription") } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
  },
});

export function registerCreateSubscription(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { teamId: named, after, ...settings } = c.req.valid("json");
    const teamId = named === undefined ? onlyTeam(c.get("visibleTeams")) : named;
    if (!includesTeam(c.get("visibleTeams"), teamId)) throw noSuchTeam();
    assertReachable(c, settings.url);
    const db = connect(c.env);
    const start = after === undefined ? await latestCursor(db) : readCursor(after, "after");
    const [id, secret] = [newId(), newSecret("standard-webhooks")];
    const made = { ...settings, teamId, startedAfter: cursorText(start) };
    const row = await insertSubscription(
      db,
      { ...made, ...(await encryptSecret(c.env, secret, id)), id },
      auditEvent(c, { action: "subscription.create", targetType: "subscription", targetId: id, teamId, after: made }),
    ).catch((error: unknown) => {
      throw isForeignKeyError(error) ? noSuchTeam() : error;
    });
    await refresh(c.env, id);
    c.set("mustShow", true);
    c.header("location", `/v1/subscriptions/${id}`);
    c.header("etag", etagOf(row.version));
    return c.json({ ...toSubscription(row), secret }, 201);
  });
}
