/** Shared by all changes of an integration: authorization, `If-Match`, the write to Postgres, the objects' config. */
import type { Context } from "hono";
import { connect } from "../../db/client.ts";
import { isForeignKeyError } from "../../db/errors.ts";
import { changeIntegration, findIntegration, type IntegrationRow } from "../../db/integrations.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { type AuditedAction, auditEvent } from "../audit.ts";
import { assertMatch, changedMeanwhile } from "../etag.ts";
import { assertTeamAccess, noSuch, noSuchTeam } from "../require-scope.ts";
import { toIntegration } from "./schema.ts";
import { syncIntegration } from "./sync.ts";

/**
 * Loads the integration that a request changes.
 * @throws Problem `not-found`, `forbidden`, or `precondition-failed` when `If-Match` names another version
 */
export async function loadForUpdate(c: Context<AppEnv>, id: string): Promise<IntegrationRow> {
  const row = await findIntegration(connect(c.env), id);
  if (!row) throw noSuch("integration");
  assertTeamAccess(c.get("visibleTeams"), row.teamId, c.get("principal"), "integrations:read", "integration");
  assertMatch(c, row.version);
  return row;
}

/**
 * Writes a change to Postgres, with its audit event, and sends the new config to the integration's objects.
 * @param before the row that the change is based on
 * @param action the audit event's action
 * @throws Problem `precondition-failed` when another request changed the row first; `unavailable` when an object cannot
 *   be reached: Postgres then has the change, and the cron sends the config later
 */
export async function updateIntegration(
  c: Context<AppEnv>,
  before: IntegrationRow,
  changes: Partial<IntegrationRow>,
  action: AuditedAction["action"],
): Promise<IntegrationRow> {
  const now = new Date();
  const after = { ...before, ...changes, version: before.version + 1, updatedAt: now };
  const event = auditEvent(c, {
    action,
    targetType: "integration",
    targetId: before.id,
    teamId: before.teamId,
    before: toIntegration(before, c),
    after: toIntegration(after, c),
  });
  const row = await changeIntegration(connect(c.env), before, changes, event).catch((error: unknown) => {
    throw isForeignKeyError(error) ? noSuchTeam() : error;
  });
  if (!row) throw changedMeanwhile(before.version);
  await syncIntegration(c.env, row);
  return row;
}
