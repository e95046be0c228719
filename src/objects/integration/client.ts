/** How other modules call the objects of an integration. */
import { callByName, placed } from "../shared/call.ts";
import type { IntegrationObject } from "./rpc.ts";

/**
 * Calls an object of an integration.
 * @param name see `objectName` in shards/
 * @param location where to create the object if this is its first call; default: OBJECTS_LOCATION
 * @throws Problem `unavailable` when the object cannot be reached or is overloaded
 */
export const callObject = <T>(
  env: Env,
  name: string,
  call: (object: IntegrationObject) => Promise<T>,
  location: string | null = null,
): Promise<T> => {
  const objects = placed(env.INTEGRATIONS, { ...env, OBJECTS_LOCATION: location ?? env.OBJECTS_LOCATION });
  return callByName(objects, name, call, "integration");
};
