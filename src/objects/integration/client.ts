/** How other modules call the objects of an integration. */
import { callByName, placed } from "../shared/call.ts";
import type { IntegrationObject } from "./rpc.ts";

/**
 * Calls an object of an integration.
 * @param name see `objectName` in shards/
 * @param location where to create the object if this is its first call; empty: near the caller
 * @throws Problem `unavailable` when the object cannot be reached or is overloaded
 */
export const callObject = <T>(
  env: Env,
  name: string,
  call: (object: IntegrationObject) => Promise<T>,
  location: string = env.OBJECTS_LOCATION,
): Promise<T> =>
  callByName(placed(env.INTEGRATIONS, { ...env, OBJECTS_LOCATION: location }), name, call, "integration");
