import { callByName, placed } from "../shared/call.ts";
import type { IntegrationObject } from "./rpc.ts";

/**
 * Calls one of an integration's objects by its name, which for the first one is the integration's id.
 * @throws Problem `unavailable` when the object cannot be reached or has too much to do.
 */
export const callObject = <T>(env: Env, name: string, call: (object: IntegrationObject) => Promise<T>): Promise<T> =>
  callByName(placed(env.INTEGRATIONS, env), name, call, "integration");
