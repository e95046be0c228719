import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { latestCursor, cursorText } from "../../db/timeline.ts";
import { connect } from "../../db/client.ts";
import { isForeignKeyError, isUniqueError } from "../../db/errors.ts";
import { insertSubscription } from "../../db/subscriptions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { includesTeam } from "../../lib/principal.ts";
import { nameTaken } from "../external-name.ts";
import { readCursor } from "../timeline/cursor.ts";
import { auditEvent } from "../audit.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { newSecret, encryptSecret } from "../integrations/secret.ts";
import { requireScope, noSuchTeam, onlyTeam } from "../require-scope.ts";
import { bodyProblems, changeProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { existingSubscription } from "./existing.ts";
import { createdSubscriptionSchema, newSubscriptionSchema, shownTarget, toSubscription } from "./schema.ts";
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
    "are sent in order. A message may be sent more than once, always with the same `webhook-id`. With an `externalName` that a " +
    "subscription of the team has already, the answer is 200 with that one, without its secret, if the settings are the same, and " +
    "else 409.",
  ...requireScope("subscriptions:write"),
  request: { body: { required: true, content: { "application/json": { schema: newSubscriptionSchema } } } },
  responses: {
    200: {
      description: "The existing subscription with this `externalName` and the same settings",
      headers: etagHeader,
      content: { "application/json": { schema: createdSubscriptionSchema } },
    },
    201: {
      description: "The subscription",
      headers: etagHeader,
      content: {
        "application/json": { schema: createdSubscriptionSchema },
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
    const { teamId: givenTeamId, cursor, ...settings } = c.req.valid("json");
    const { name, externalName, filter, ...target } = settings;
    const teamId = givenTeamId === undefined ? onlyTeam(c.get("visibleTeams")) : givenTeamId;
    if (!includesTeam(c.get("visibleTeams"), teamId)) throw noSuchTeam();
    const answerExisting = () => existingSubscription(c, teamId, settings);
    c.set("mustShow", true);
    const existing = await answerExisting();
    if (existing) return c.json(existing, 200);
    assertAllowedUrl(c, target.url);
    await assertRoom(c, teamId, target.url, null);
    const db = connect(c.env);
    const start = cursor === undefined ? await latestCursor(db) : readCursor(cursor, "cursor");
    const [id, secret] = [newId(), newSecret("standard-webhooks")];
    const columns = await targetColumns(c, id, null, target);
    const created = { name, externalName, filter, teamId, startedAfter: cursorText(start) };
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
      if (isUniqueError(error)) return null;
      throw isForeignKeyError(error) ? noSuchTeam() : error;
    });
    if (!row) {
      // Another request with this name was first.
      const first = await answerExisting();
      if (!first) throw nameTaken();
      return c.json(first, 200);
    }
    await refreshObject(c.env, id);
    c.header("location", `/v1/subscriptions/${id}`);
    c.header("etag", etagOf(row.version));
    return c.json({ ...toSubscription(row), secret }, 201);
  });
}
