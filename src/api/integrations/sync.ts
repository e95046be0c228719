import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { connect } from "../../db/client.ts";
import { type IntegrationRow, integrationsAfter, markSynced } from "../../db/integrations.ts";
import { secretsOf } from "../../db/encrypted-secrets.ts";
import { callObject } from "../../objects/integration/client.ts";
import type { IntegrationConfig, Sharding } from "../../objects/integration/rpc.ts";
import { objectName, objectNames } from "../../objects/integration/shards/index.ts";
import type { Mapping } from "../../providers/mapping.ts";
import type { VerificationSettings } from "../../verification/settings.ts";
import { requirePlatformScope } from "../require-scope.ts";
import { commonProblems, idempotencyProblems } from "../problems.ts";

const route = createRoute({
  method: "post",
  path: "/v1/integrations/sync",
  operationId: "syncIntegrations",
  tags: ["integrations"],
  summary: "Give every integration's object its present config",
  description:
    "Needed after the objects lost their storage or the database was restored; otherwise it happens by itself.",
  ...requirePlatformScope("integrations:write"),
  responses: {
    200: {
      description: "How many were told",
      content: { "application/json": { schema: z.object({ synced: z.int() }) } },
    },
    ...commonProblems,
    ...idempotencyProblems,
    ...idempotencyProblems,
    ...idempotencyProblems,
  },
});

export function registerSyncIntegrations(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => c.json({ synced: await syncIntegrations(c.env, "all") }, 200));
}

const PAGE = 100;

/** Gives objects the configs that Postgres has. Returns how many were told. */
export async function syncIntegrations(env: Env, which: "unsynced" | "all"): Promise<number> {
  let synced = 0;
  for (let after: string | null = null; ;) {
    const rows: IntegrationRow[] = await integrationsAfter(connect(env), which, after, PAGE);
    for (const row of rows) await syncIntegration(env, row);
    synced += rows.length;
    after = rows.at(-1)?.id ?? null;
    if (rows.length < PAGE) return synced;
  }
}

/** Gives an integration's object its config, and notes that it has it. */
export async function syncIntegration(env: Env, row: IntegrationRow): Promise<void> {
  await configureObjects(env, row);
  await markSynced(connect(env), row.id, row.version);
}

/** Gives an integration's objects their config. @throws Problem `unavailable` when one cannot be reached. */
export async function configureObjects(env: Env, row: IntegrationRow): Promise<void> {
  const config = toConfig(row);
  const names = objectNames(row.id, config.sharding);
  await Promise.all(
    names.map((name, shard) => callObject(env, name, (object) => object.configure({ ...config, shard }))),
  );
}

/**
 * Waits until each of an integration's objects has taken over what those before it remember.
 * @throws Problem `unavailable` when one cannot be reached: then it does so before it decides anything
 */
export async function rebalanceObjects(env: Env, { id, shards }: IntegrationRow): Promise<void> {
  const names = Array.from({ length: shards }, (_, shard) => objectName(id, shard));
  await Promise.all(names.map((name) => callObject(env, name, (object) => object.rebalance())));
}

function toConfig(row: IntegrationRow): IntegrationConfig {
  const sharding = shardingOf(row);
  return {
    id: row.id,
    version: row.version,
    name: row.name,
    provider: row.provider,
    teamId: row.teamId,
    isEnabled: row.isEnabled,
    isDeleted: row.deletedAt !== null,
    deduplicationWindowMinutes: row.deduplicationWindowMinutes,
    autoResolveMinutes: row.autoResolveMinutes,
    heartbeatMinutes: row.heartbeatMinutes,
    rateLimitPerMinute: row.rateLimitPerMinute,
    idempotencyHeader: row.idempotencyHeader,
    ignore: row.ignore,
    verification: row.verification as VerificationSettings,
    mapping: row.mapping as Mapping | null,
    secrets: secretsOf(row),
    ...(sharding && { sharding }),
  };
}

/** How several objects share an integration's work; undefined: one does it all, and always did. */
export const shardingOf = ({ shards, previousShards, mostShards, shardsSince }: IntegrationRow): Sharding | undefined =>
  shardsSince === null ? undefined : { shards, previousShards, most: mostShards, since: shardsSince };
