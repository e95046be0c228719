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
import { bodyProblems, changeProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { newSubscriptionSchema, secretField, shownTarget, subscriptionSchema, toSubscription } from "./schema.ts";
import { targetColumns } from "./target.ts";
import { assertAllowedUrl, assertRoom, refreshObject } from "./update.ts";

const route = createRoute({
  method: "post",
  path: "/v1/subscriptions",
  operationId: "createSubscription",
  tags: ["subscriptions"],
  summary: "Create Subscription",
  description:
    "Sends timeline entries to an endpoint, as Standard Webhooks. The response contains the signing secret, which is returned only " +
    "once. A message is retried for 24 hours until the endpoint answers 2xx, and then becomes a dead letter. Messages of an alert " +
    "are sent in order. A message may be sent more than once, always with the same `webhook-id`.",
  ...requireScope("subscriptions:write"),
  request: { body: { required: true, content: { "application/json": { schema: newSubscriptionSchema } } } },
  responses: {
    201: {
      description: "The subscription",
      headers: etagHeader,
      content: {
        "application/json": { schema: subscriptionSchema.extend(secretField).openapi("CreatedSubscription") },
      },
    },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
    409: changeProblems[409],
  },
});

export function registerCreateSubscription(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { teamId: givenTeamId, cursor, name, filter, ...target } = c.req.valid("json");
    const teamId = givenTeamId === undefined ? onlyTeam(c.get("visibleTeams")) : givenTeamId;
    if (!includesTeam(c.get("visibleTeams"), teamId)) throw noSuchTeam();
    assertAllowedUrl(c, target.url);
    await assertRoom(c, teamId, target.url, null);
    const db = connect(c.env);
    const start = cursor === undefined ? await latestCursor(db) : readCursor(cursor, "cursor");
    const [id, secret] = [newId(), newSecret("standard-webhooks")];
    const columns = await targetColumns(c, id, null, target);
    const created = { name, filter, teamId, startedAfter: cursorText(start) };
    const row = await insertSubscription(
      db,
      { ...created, ...columns, ...(await encryptSecret(c.env, secret, id)), id },
      auditEvent(c, {
        action: "subscription.create",
        targetType: "subscription",
        targetId: id,
        teamId,
        after: { ...created, ...shownTarget(columns) },
      }),
    ).catch((error: unknown) => {
      throw isForeignKeyError(error) ? noSuchTeam() : error;
    });
    await refreshObject(c.env, id);
    c.set("mustShow", true);
    c.header("location", `/v1/subscriptions/${id}`);
    c.header("etag", etagOf(row.version));
    return c.json({ ...toSubscription(row), secret }, 201);
  });
}
