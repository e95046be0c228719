/** How other modules call the objects of an integration. */
import { CALL_LIMITS, callByName, placed } from "../shared/call.ts";
import type { IntegrationObject } from "./rpc.ts";

/**
 * Calls an object of an integration.
 * @param name see `objectName` in shards/
 * @param limits for a call that waits for Postgres or for other objects: LONG_CALL_LIMITS
 * @throws Problem `unavailable` when the object cannot be reached, is overloaded, or does not answer in time
 */
export const callObject = <T>(
  env: Env,
  name: string,
  call: (object: IntegrationObject) => Promise<T>,
  limits = CALL_LIMITS,
): Promise<T> => callByName(placed(env.INTEGRATIONS, env), name, call, "integration", limits);
