import type { Context } from "hono";
import type { LoadedIntegration } from "../../ingest/delivery.ts";
import { forgetIntegration, loadIntegration } from "../../ingest/load-integration.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { assertAccess, noSuch } from "../require-scope.ts";

/**
 * Loads the current config of an integration from its object instead of this isolate's cache: a test or a dry run right
 * after a change must use the change.
 * @throws Problem when there is no such integration, or the caller may not see it
 */
export async function loadLatest(c: Context<AppEnv>, id: string): Promise<LoadedIntegration> {
  forgetIntegration(id);
  const integration = await loadIntegration(c.env, id);
  if (!integration) throw noSuch("integration");
  const { teamId, id: integrationId } = integration.config;
  assertAccess(
    c.get("visibleTeams"),
    { teamId, integrationId },
    c.get("principal"),
    "integrations:read",
    "integration",
  );
  return integration;
}
