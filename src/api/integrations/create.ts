import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { connect } from "../../db/client.ts";
import { isForeignKeyError } from "../../db/errors.ts";
import { deleteIntegration, insertIntegration, markSynced, type NewIntegration } from "../../db/integrations.ts";
import { newIntegrationId } from "../../lib/ids.ts";
import { includesTeam } from "../../lib/principal.ts";
import { PROVIDERS } from "../../providers/index.ts";
import { auditEvent } from "../audit.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { requireScope, noSuchTeam, onlyTeam } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { createdIntegrationSchema, newIntegrationSchema, setupOf, toIntegration } from "./schema.ts";
import { encryptSecret, newSecret } from "./secret.ts";
import { configureObjects } from "./sync.ts";

const route = createRoute({
  method: "post",
  path: "/v1/integrations",
  operationId: "createIntegration",
  tags: ["integrations"],
  summary: "Create Integration",
  description:
    "Connects a source. The response contains the secret, which is returned only once, and the steps to set the source up.",
  request: { body: { required: true, content: { "application/json": { schema: newIntegrationSchema } } } },
  ...requireScope("integrations:write"),
  responses: {
    201: {
      description: "The created integration, with its secret",
      headers: etagHeader,
      content: { "application/json": { schema: createdIntegrationSchema } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
  },
});

export function registerCreateIntegration(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { secret: givenSecret, verification, teamId: givenTeamId, ...body } = c.req.valid("json");
    const visibleTeams = c.get("visibleTeams");
    const teamId = givenTeamId === undefined ? onlyTeam(visibleTeams) : givenTeamId;
    if (!includesTeam(visibleTeams, teamId)) throw noSuchTeam();
    const settings = verification ?? PROVIDERS.get(body.provider)?.verification;
    if (!settings) throw new Error("the schema checks the provider");
    const id = newIntegrationId();
    const secret = givenSecret ?? newSecret(settings.scheme);
    const db = connect(c.env);
    const fields = { ...body, teamId, verification: settings };
    const event = { targetType: "integration", targetId: id, teamId } as const;
    const row = await insertIntegration(
      db,
      { ...fields, ...(await encryptSecret(c.env, secret, id)), ...newShards(body.shards), id },
      auditEvent(c, { ...event, action: "integration.create", after: fields }),
    ).catch((error: unknown) => {
      throw isForeignKeyError(error) ? noSuchTeam() : error;
    });
    try {
      await configureObjects(c.env, row);
    } catch (error) {
      // The caller never got the secret: an integration that starts to work later would be of no use.
      await deleteIntegration(db, id, auditEvent(c, { ...event, action: "integration.delete", before: fields }));
      throw error;
    }
    // When this fails, the cron sends the config again; the integration works already.
    c.executionCtx.waitUntil(markSynced(db, id, row.version));
    const integration = toIntegration(row, c);
    c.set("mustShow", true);
    c.header("location", `/v1/integrations/${id}`);
    c.header("etag", etagOf(row.version));
    return c.json({ ...integration, setup: setupOf(integration, secret), secret }, 201);
  });
}

/** An integration that starts with several shards has nothing to rebalance. */
const newShards = (shards: number): Partial<NewIntegration> =>
  shards === 1 ? {} : { shards, previousShards: shards, mostShards: shards, shardsSince: 1 };
