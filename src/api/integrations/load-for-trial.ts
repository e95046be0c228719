import type { Context } from "hono";
import { assertTeamAccess, noSuch } from "../require-scope.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { forget, type ReadyIntegration, readyIntegration } from "../../ingest/load-integration.ts";

/**
 * Loads the integration for a dry run or a test delivery. It comes from the object, not from the isolate's cache, so that
 * the result includes a change made a moment ago.
 * @throws Problem `not-found` or `forbidden`
 */
export async function loadForTrial(c: Context<AppEnv>, id: string): Promise<ReadyIntegration> {
  forget(id);
  const integration = await readyIntegration(c.env, id);
  if (!integration) throw noSuch("integration");
  const { teamId } = integration.config;
  assertTeamAccess(c.get("visibleTeams"), teamId, c.get("principal"), "integrations:read", "integration");
  return integration;
}
