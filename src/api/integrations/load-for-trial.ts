import type { Context } from "hono";
import { assertTeamAccess, noSuch } from "../require-scope.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { forget, type ReadyIntegration, readyIntegration } from "../../ingest/load-integration.ts";

/**
 * The integration that a call of /v1 tries out, as its object has it now: whoever tries a change that was just made must
 * not be shown what was before it.
 * @throws Problem when there is none, or it is not the caller's
 */
export async function ownIntegration(c: Context<AppEnv>, id: string): Promise<ReadyIntegration> {
  forget(id);
  const integration = await readyIntegration(c.env, id);
  if (!integration) throw noSuch("integration");
  const { teamId } = integration.config;
  assertTeamAccess(c.get("visibleTeams"), teamId, c.get("principal"), "integrations:read", "integration");
  return integration;
}
