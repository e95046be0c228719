import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { connect } from "../../db/client.ts";
import { isForeignKeyError } from "../../db/errors.ts";
import { insertIntegration, type NewIntegration } from "../../db/integrations.ts";
import { newIntegrationId } from "../../lib/ids.ts";
import type { Location } from "../../lib/locations.ts";
import { includesTeam } from "../../lib/principal.ts";
import { announceConfig, pushConfig } from "../../objects/integration/announce-config.ts";
import { PROVIDERS } from "../../providers/index.ts";
import { auditEvent } from "../audit.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { requireScope, noSuchTeam, onlyTeam } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { createdIntegrationSchema, newIntegrationSchema, setupOf, toIntegration } from "./schema.ts";
import { encryptSecret, newSecret } from "./secret.ts";

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
    const {
      secret: givenSecret,
      verification,
      teamId: givenTeamId,
      location: givenLocation,
      ...body
    } = c.req.valid("json");
    const visibleTeams = c.get("visibleTeams");
    const teamId = givenTeamId === undefined ? onlyTeam(visibleTeams) : givenTeamId;
    if (!includesTeam(visibleTeams, teamId)) throw noSuchTeam();
    const settings = verification ?? PROVIDERS.get(body.provider)?.verification;
    if (!settings) throw new Error("the schema checks the provider");
    const id = newIntegrationId();
    const secret = givenSecret ?? newSecret(settings.scheme);
    const location = givenLocation === undefined ? defaultLocation(c.env) : givenLocation;
    const fields = { ...body, location, teamId, verification: settings };
    const version = await announceConfig(c.env, { id, mostShards: body.shards, location }, 1);
    const row = await insertIntegration(
      connect(c.env),
      { ...fields, ...(await encryptSecret(c.env, secret, id)), ...newShards(body.shards), id, version },
      auditEvent(c, { targetType: "integration", targetId: id, teamId, action: "integration.create", after: fields }),
    ).catch((error: unknown) => {
      throw isForeignKeyError(error) ? noSuchTeam() : error;
    });
    // Ignores a failure, because only this answer shows the secret. The objects read the config from Postgres within a minute.
    await pushConfig(c.env, row).catch(() => undefined);
    const integration = toIntegration(row, c);
    c.set("mustShow", true);
    c.header("location", `/v1/integrations/${id}`);
    c.header("etag", etagOf(row.version));
    return c.json({ ...integration, setup: setupOf(integration, secret), secret }, 201);
  });
}

const defaultLocation = (env: Env): Location | null => (env.OBJECTS_LOCATION || null) as Location | null;

/** An integration that starts with several shards has nothing to rebalance. */
const newShards = (shards: number): Partial<NewIntegration> =>
  shards === 1 ? {} : { shards, previousShards: shards, mostShards: shards, shardsSince: 1 };
