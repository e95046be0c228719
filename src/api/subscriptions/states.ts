import pLimit from "p-limit";
import { callSubscription } from "../../objects/subscription/client.ts";
import type { SubscriptionState } from "../../objects/subscription/rpc.ts";
import { MAX_CONCURRENT_CALLS, type TimeLimits, withTimeout } from "../time-limit.ts";

/** Asks the objects of subscriptions for their states. Never throws. @returns by subscription; null: no answer */
export async function readStates(
  env: Env,
  subscriptions: readonly { id: string }[],
  limits: TimeLimits,
): Promise<Map<string, SubscriptionState | null>> {
  const states = await pLimit(MAX_CONCURRENT_CALLS).map(subscriptions, async ({ id }) => {
    const state = await withTimeout(limits, () => callSubscription(env, id, (object) => object.state()));
    return [id, state] as const;
  });
  return new Map(states);
}
