/** The config of an integration: its row in Postgres, as its objects need it. */
import { secretsOf } from "../../db/encrypted-secrets.ts";
import type { IntegrationRow } from "../../db/integrations.ts";
import type { Mapping } from "../../providers/mapping.ts";
import type { VerificationSettings } from "../../verification/settings.ts";
import type { IntegrationConfig, Sharding } from "./rpc.ts";

/** Reads the config from a row. */
export function toConfig(row: IntegrationRow): IntegrationConfig {
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
    heartbeatSchedule: row.heartbeatSchedule,
    heartbeatMatchers: row.heartbeatMatchers,
    rateLimitPerMinute: row.rateLimitPerMinute,
    idempotencyHeader: row.idempotencyHeader,
    ignore: row.ignore,
    verification: row.verification as VerificationSettings,
    emailRules: row.emailRules,
    mapping: row.mapping as Mapping | null,
    secrets: secretsOf(row),
    ...(sharding && { sharding }),
  };
}

/** The integration's shards; undefined: it has one object, and never had more. */
const shardingOf = ({ shards, previousShards, mostShards, shardsSince }: IntegrationRow): Sharding | undefined =>
  shardsSince === null ? undefined : { shards, previousShards, most: mostShards, since: shardsSince };
