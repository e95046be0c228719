/** How other modules call the objects of an integration. */
import { CALL_LIMITS, type CallLimits, callByName, placed } from "../shared/call.ts";
import type { IntegrationObject } from "./rpc.ts";

interface CallOptions {
  /** Where to create the object if this is its first call. Empty: near the caller. Default: OBJECTS_LOCATION. */
  location?: string;
  /** For a call that waits for Postgres or for other objects: LONG_CALL_LIMITS. */
  limits?: CallLimits;
}

/**
 * Calls an object of an integration.
 * @param name see `objectName` in shards/
 * @throws Problem `unavailable` when the object cannot be reached, is overloaded, or does not answer in time
 */
export function callObject<T>(
  env: Env,
  name: string,
  call: (object: IntegrationObject) => Promise<T>,
  { location = env.OBJECTS_LOCATION, limits = CALL_LIMITS }: CallOptions = {},
): Promise<T> {
  const objects = placed(env.INTEGRATIONS, { ...env, OBJECTS_LOCATION: location });
  return callByName(objects, name, call, "integration", limits);
}
