/** What every change of an integration goes through: who may, which version, Postgres, the object. */
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
 * The integration that a request wants to change.
 * @throws Problem when there is none, the caller may not change it, or `If-Match` names another version
 */
export async function changeable(c: Context<AppEnv>, id: string): Promise<IntegrationRow> {
  const row = await findIntegration(connect(c.env), id);
  if (!row) throw noSuch("integration");
  assertTeamAccess(c.get("visibleTeams"), row.teamId, c.get("principal"), "integrations:read", "integration");
  assertMatch(c, row.version);
  return row;
}

/**
 * Changes an integration and tells its object, so that it holds everywhere at once.
 * @throws Problem `precondition-failed` when somebody else was faster, `unavailable` when the object cannot be reached:
 *   then Postgres has the change and the object will
 */
export async function change(
  c: Context<AppEnv>,
  before: IntegrationRow,
  changes: Partial<IntegrationRow>,
  action: AuditedAction["action"],
): Promise<IntegrationRow> {
  const now = new Date();
  const after = { ...before, ...changes, version: before.version + 1, updatedAt: now };
  const audit = auditEvent(c, {
    action,
    targetType: "integration",
    targetId: before.id,
    teamId: before.teamId,
    before: toIntegration(before, c.req.url),
    after: toIntegration(after, c.req.url),
  });
  const row = await changeIntegration(connect(c.env), before, changes, audit).catch((error: unknown) => {
    throw isForeignKeyError(error) ? noSuchTeam() : error;
  });
  if (!row) throw changedMeanwhile(before.version);
  await syncIntegration(c.env, row);
  return row;
}
