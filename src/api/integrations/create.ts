import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { connect } from "../../db/client.ts";
import { isForeignKeyError } from "../../db/errors.ts";
import { deleteIntegration, insertIntegration, markSynced, type NewIntegration } from "../../db/integrations.ts";
import { newIntegrationId } from "../../lib/ids.ts";
import { includesTeam } from "../../lib/principal.ts";
import { PROVIDERS } from "../../providers/index.ts";
import { setupFor } from "../providers/schema.ts";
import { auditEvent } from "../audit.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { requireScope, noSuchTeam, onlyTeam } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { createdIntegrationSchema, newIntegrationSchema, toIntegration } from "./schema.ts";
import { newSecret, encrypted } from "./secret.ts";
import { configureObjects } from "./sync.ts";

const route = createRoute({
  method: "post",
  path: "/v1/integrations",
  operationId: "createIntegration",
  tags: ["integrations"],
  summary: "Connect a source; the reply shows its secret this once",
  request: { body: { required: true, content: { "application/json": { schema: newIntegrationSchema } } } },
  ...requireScope("integrations:write"),
  responses: {
    201: {
      description: "The integration",
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
    const { secret: given, verification, teamId: named, ...body } = c.req.valid("json");
    const visibleTeams = c.get("visibleTeams");
    const teamId = named === undefined ? onlyTeam(visibleTeams) : named;
    if (!includesTeam(visibleTeams, teamId)) throw noSuchTeam();
    const settings = verification ?? PROVIDERS.get(body.provider)?.verification;
    if (!settings) throw new Error("the provider was checked by the schema");
    const id = newIntegrationId();
    const secret = given ?? newSecret(settings.scheme);
    const db = connect(c.env);
    const made = { ...body, teamId, verification: settings };
    const act = { targetType: "integration", targetId: id, teamId } as const;
    const row = await insertIntegration(
      db,
      { ...made, ...(await encrypted(c.env, secret, id)), ...newShards(body.shards), id },
      auditEvent(c, { ...act, action: "integration.create", after: made }),
    ).catch((error: unknown) => {
      throw isForeignKeyError(error) ? noSuchTeam() : error;
    });
    try {
      await configureObjects(c.env, row);
    } catch (error) {
      // Nobody has its secret yet: better none than one that works later.
      await deleteIntegration(db, id, auditEvent(c, { ...act, action: "integration.delete", before: made }));
      throw error;
    }
    // Should this fail, the cron does it again: it is no reason to refuse what works already.
    c.executionCtx.waitUntil(markSynced(db, id, row.version));
    const integration = toIntegration(row, c.req.url);
    c.set("mustShow", true);
    c.header("location", `/v1/integrations/${id}`);
    c.header("etag", etagOf(row.version));
    return c.json({ ...integration, setup: setupFor(row.provider, integration.ingestUrl), secret }, 201);
  });
}

/** Several objects from the beginning have nothing to take over. */
const newShards = (shards: number): Partial<NewIntegration> =>
  shards === 1 ? {} : { shards, previousShards: shards, mostShards: shards, shardsSince: 1 };
