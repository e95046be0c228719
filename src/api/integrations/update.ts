/** Shared by all changes of an integration: authorization, `If-Match`, the announcement, the write to Postgres, the objects' config. */
import type { Context } from "hono";
import { connect } from "../../db/client.ts";
import { isForeignKeyError, isUniqueError } from "../../db/errors.ts";
import { changeIntegration, findIntegration, type IntegrationRow } from "../../db/integrations.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { announceConfig, pushConfig } from "../../objects/integration/announce-config.ts";
import { type AuditedAction, auditEvent } from "../audit.ts";
import { assertMatch, changedMeanwhile } from "../etag.ts";
import { nameTaken } from "../external-name.ts";
import { assertAccess, noSuch, noSuchTeam } from "../require-scope.ts";
import { toIntegration } from "./schema.ts";

/**
 * Loads the integration that a request changes.
 * @throws Problem `not-found`, `forbidden`, or `precondition-failed` when `If-Match` names another version
 */
export async function loadForUpdate(c: Context<AppEnv>, id: string): Promise<IntegrationRow> {
  const row = await findIntegration(connect(c.env), id);
  if (!row) throw noSuch("integration");
  assertAccess(
    c.get("visibleTeams"),
    { ...row, integrationId: row.id },
    c.get("principal"),
    "integrations:read",
    "integration",
  );
  assertMatch(c, row.version);
  return row;
}

/**
 * Writes a change to Postgres, with its audit event, and sends the new config to the integration's objects.
 * @param before the row that the change is based on
 * @param action the audit event's action
 * @throws Problem as `storeChange`; also `unavailable` when Postgres has the change, but an object cannot be reached: it reads the
 *   change from Postgres later
 */
export async function updateIntegration(
  c: Context<AppEnv>,
  before: IntegrationRow,
  changes: Partial<IntegrationRow>,
  action: AuditedAction["action"],
): Promise<IntegrationRow> {
  const row = await storeChange(c, before, changes, action);
  await pushConfig(c.env, row).catch(() => {
    const detail =
      "The change is stored, but an object of the integration does not respond. It loads the change within minutes.";
    throw new Problem("unavailable", detail, { headers: { "retry-after": "60" } });
  });
  return row;
}

/**
 * Announces a change to the integration's objects and writes it to Postgres, with its audit event. Send the config afterwards.
 * @param before the row that the change is based on
 * @param action the audit event's action
 * @throws Problem without a change: `unavailable` when an object cannot be reached, `precondition-failed` when another request
 *   changed the row first
 */
export async function storeChange(
  c: Context<AppEnv>,
  before: IntegrationRow,
  changes: Partial<IntegrationRow>,
  action: AuditedAction["action"],
): Promise<IntegrationRow> {
  const mostShards = Math.max(before.mostShards, changes.shards ?? 0);
  const version = await announceConfig(c.env, { ...before, mostShards }, before.version + 1);
  const isResharded = changes.shards !== undefined && changes.shards !== before.shards;
  const columns = {
    ...changes,
    ...(isResharded && { previousShards: before.shards, mostShards, shardsSince: version }),
  };
  const event = auditEvent(c, {
    action,
    targetType: "integration",
    targetId: before.id,
    teamId: before.teamId,
    before: toIntegration(before, c),
    after: toIntegration({ ...before, ...columns, version, updatedAt: new Date() }, c),
  });
  const row = await changeIntegration(connect(c.env), before, version, columns, event).catch((error: unknown) => {
    if (isUniqueError(error)) throw nameTaken();
    throw isForeignKeyError(error) ? noSuchTeam() : error;
  });
  if (!row) throw changedMeanwhile(before.version);
  return row;
}
