import type { Context } from "hono";
import { assertWithin, noSuch } from "../api/needs.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { forget, type ReadyIntegration, readyIntegration } from "./config-cache.ts";

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
  assertWithin(c.get("reach"), teamId, c.get("principal"), "integrations:read", "integration");
  return integration;
}
