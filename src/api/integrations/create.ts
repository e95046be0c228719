import { createRoute, type OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv } from "../../lib/app-env.ts";
import { connect } from "../../db/client.ts";
import { isForeignKeyError, isUniqueError } from "../../db/errors.ts";
import {
  findIntegrationByExternalName,
  insertIntegration,
  type IntegrationRow,
  type NewIntegration,
} from "../../db/integrations.ts";
import { newIntegrationId } from "../../lib/ids.ts";
import type { Location } from "../../lib/locations.ts";
import { includesTeam } from "../../lib/principal.ts";
import { announceConfig, pushConfig } from "../../objects/integration/announce-config.ts";
import { PROVIDERS } from "../../providers/index.ts";
import { auditEvent } from "../audit.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { assertSameContent, nameTaken } from "../external-name.ts";
import { requireScope, noSuchTeam, onlyTeam } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { createdIntegrationSchema, emailAddressWith, newIntegrationSchema, setupOf, toIntegration } from "./schema.ts";
import { decryptSecret, encryptSecret, newSecret } from "./secret.ts";

const route = createRoute({
  method: "post",
  path: "/v1/integrations",
  operationId: "createIntegration",
  tags: ["integrations"],
  summary: "Create Integration",
  description:
    "Connects a source. The response contains the secret, which is returned only once, and the steps to set the source up. With an " +
    "`externalName` that an integration of the team has already, the answer is 200 with that integration, without its secret, if the " +
    "settings are the same, and else 409.",
  request: { body: { required: true, content: { "application/json": { schema: newIntegrationSchema } } } },
  ...requireScope("integrations:write"),
  responses: {
    200: {
      description: "The existing integration with this `externalName` and the same settings",
      headers: etagHeader,
      content: { "application/json": { schema: createdIntegrationSchema } },
    },
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
    const { externalName } = body;
    const answerExisting = async (): Promise<ReturnType<typeof toExisting> | null> => {
      const row =
        externalName === undefined ? null : await findIntegrationByExternalName(connect(c.env), teamId, externalName);
      if (!row) return null;
      await assertSame(c.env, row, { ...body, location: givenLocation, verification: settings }, givenSecret);
      c.header("etag", etagOf(row.version));
      return toExisting(c, row);
    };
    c.set("mustShow", true);
    const existing = await answerExisting();
    if (existing) return c.json(existing, 200);
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
      if (isUniqueError(error)) return null;
      throw isForeignKeyError(error) ? noSuchTeam() : error;
    });
    if (!row) {
      // Another request with this name was first.
      const first = await answerExisting();
      if (!first) throw nameTaken();
      return c.json(first, 200);
    }
    // Ignores a failure, because only this answer shows the secret. The objects read the config from Postgres within a minute.
    await pushConfig(c.env, row).catch(() => undefined);
    const integration = toIntegration(row, c);
    c.header("location", `/v1/integrations/${id}`);
    c.header("etag", etagOf(row.version));
    return c.json(
      {
        ...integration,
        setup: setupOf(c, integration, secret),
        secret,
        emailAddress: emailAddressWith(c, integration, secret),
      },
      201,
    );
  });
}

function toExisting(c: Context<AppEnv>, row: IntegrationRow) {
  const integration = toIntegration(row, c);
  return { ...integration, setup: setupOf(c, integration, null), secret: null, emailAddress: null };
}

type Settings = Omit<z.output<typeof newIntegrationSchema>, "secret" | "teamId">;

/** @throws Problem `conflict` when an existing integration has other settings than a new one would have */
async function assertSame(
  env: Env,
  row: IntegrationRow,
  settings: Settings,
  givenSecret: string | undefined,
): Promise<void> {
  const { autoResolveMinutes = null, heartbeatMinutes = null, rateLimitPerMinute = null } = settings;
  const {
    heartbeatSchedule = null,
    heartbeatMatchers = [],
    emailRules = [],
    idempotencyHeader = null,
    mapping = null,
  } = settings;
  const heartbeat = { heartbeatMinutes, heartbeatSchedule, heartbeatMatchers };
  const wanted = {
    ...settings,
    ...heartbeat,
    emailRules,
    autoResolveMinutes,
    rateLimitPerMinute,
    idempotencyHeader,
    mapping,
  };
  assertSameContent(
    { name: "integration", path: "/v1/integrations" },
    row.id,
    { ...wanted, secret: givenSecret },
    { ...row, verification: ownVerification(row, settings), secret: givenSecret && (await decryptSecret(env, row)) },
  );
}

/** The verification of a row, without the SNS topic that its first subscription pinned. */
function ownVerification({ verification }: IntegrationRow, wanted: Settings): unknown {
  const { topicArn, ...settings } = verification as { topicArn?: string };
  return wanted.verification && "topicArn" in wanted.verification ? { topicArn, ...settings } : settings;
}

const defaultLocation = (env: Env): Location | null => (env.OBJECTS_LOCATION || null) as Location | null;

/** An integration that starts with several shards has nothing to rebalance. */
const newShards = (shards: number): Partial<NewIntegration> =>
  shards === 1 ? {} : { shards, previousShards: shards, mostShards: shards, shardsSince: 1 };
