import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import pLimit from "p-limit";
import type { AppEnv } from "../../lib/app-env.ts";
import { insertAuditEvent } from "../../db/audit-events.ts";
import { connect } from "../../db/client.ts";
import { type IntegrationRow, integrationsAfter, markSynced } from "../../db/integrations.ts";
import { secretsOf } from "../../db/encrypted-secrets.ts";
import { LONG_CALL_LIMITS } from "../../objects/shared/call.ts";
import { callObject } from "../../objects/integration/client.ts";
import type { IntegrationConfig, Sharding } from "../../objects/integration/rpc.ts";
import { objectName, objectNames } from "../../objects/integration/shards/index.ts";
import type { Mapping } from "../../providers/mapping.ts";
import type { VerificationSettings } from "../../verification/settings.ts";
import { auditEvent } from "../audit.ts";
import { requirePlatformScope } from "../require-scope.ts";
import { commonProblems, idempotencyProblems } from "../problems.ts";

const route = createRoute({
  method: "post",
  path: "/v1/integrations/sync",
  operationId: "syncIntegrations",
  tags: ["integrations"],
  summary: "Sync Integrations",
  description:
    "Sends every integration's current config to its Durable Objects. Needed only after the objects lost their storage or the database was restored; otherwise every change sends its config, and the cron repeats failed attempts.",
  ...requirePlatformScope("integrations:write"),
  responses: {
    200: {
      description: "The number of integrations whose config was sent",
      content: { "application/json": { schema: z.object({ synced: z.int() }) } },
    },
    ...commonProblems,
    ...idempotencyProblems,
  },
});

export function registerSyncIntegrations(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const synced = await syncIntegrations(c.env, "all");
    const event = auditEvent(c, {
      action: "integration.sync",
      targetType: "integration",
      targetId: "all",
      teamId: null,
      after: { synced },
    });
    await insertAuditEvent(connect(c.env), event);
    return c.json({ synced }, 200);
  });
}

const PAGE_ROWS = 100;

/** A Worker has six connections at a time: https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections */
const MAX_CONCURRENT = 5;

/**
 * Sends integrations' configs from Postgres to their objects.
 * @returns the number of integrations
 * @throws Problem `unavailable` when an object cannot be reached
 */
export async function syncIntegrations(env: Env, which: "unsynced" | "all"): Promise<number> {
  const limit = pLimit(MAX_CONCURRENT);
  let synced = 0;
  for (let after: string | null = null; ;) {
    const rows: IntegrationRow[] = await integrationsAfter(connect(env), which, after, PAGE_ROWS);
    await limit.map(rows, (row) => syncIntegration(env, row));
    synced += rows.length;
    after = rows.at(-1)?.id ?? null;
    if (rows.length < PAGE_ROWS) return synced;
  }
}

/** Sends an integration's config to its objects and records in Postgres that they have it. */
export async function syncIntegration(env: Env, row: IntegrationRow): Promise<void> {
  await configureObjects(env, row);
  await markSynced(connect(env), row.id, row.version);
}

/** Sends an integration's config to its objects. @throws Problem `unavailable` when one cannot be reached */
export async function configureObjects(env: Env, row: IntegrationRow): Promise<void> {
  const config = toConfig(row);
  const names = objectNames(row.id, config.sharding);
  await Promise.all(
    names.map((name, shard) => callObject(env, name, (object) => object.configure({ ...config, shard }))),
  );
}

/**
 * Waits until each shard has taken over the partitions that are its own from now on.
 * @throws Problem `unavailable` when one cannot be reached; that shard rebalances before its next decision
 */
export async function rebalanceObjects(env: Env, { id, shards }: IntegrationRow): Promise<void> {
  const names = Array.from({ length: shards }, (_, shard) => objectName(id, shard));
  await Promise.all(names.map((name) => callObject(env, name, (object) => object.rebalance(), LONG_CALL_LIMITS)));
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

/** The integration's shards; undefined: it has one object, and never had more. */
const shardingOf = ({ shards, previousShards, mostShards, shardsSince }: IntegrationRow): Sharding | undefined =>
  shardsSince === null ? undefined : { shards, previousShards, most: mostShards, since: shardsSince };
