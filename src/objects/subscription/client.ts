import { callByName, LONG_CALL_LIMITS, placed } from "../shared/call.ts";
import type { SubscriptionObject } from "./rpc.ts";

/**
 * Calls the object of a subscription.
 * @throws Problem `unavailable` when it cannot be reached or is overloaded
 */
export const callSubscription = <T>(
  env: Env,
  id: string,
  call: (object: SubscriptionObject) => Promise<T>,
): Promise<T> => callByName(placed(env.SUBSCRIPTIONS, env), id, call, "subscription", LONG_CALL_LIMITS);
