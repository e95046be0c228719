/** How other modules call the objects of an integration. */
import { callByName, placed } from "../shared/call.ts";
import type { IntegrationObject } from "./rpc.ts";

/**
 * Calls an object of an integration.
 * @param name see `objectName` in shards/
 * @throws Problem `unavailable` when the object cannot be reached or is overloaded
 */
export const callObject = <T>(env: Env, name: string, call: (object: IntegrationObject) => Promise<T>): Promise<T> =>
  callByName(placed(env.INTEGRATIONS, env), name, call, "integration");
