import { connect } from "../../db/client.ts";
import { subscriptionIdsAfter } from "../../db/subscriptions.ts";
import { callSubscription } from "../../objects/subscription/client.ts";

const PAGE_SIZE = 50;

/** Wakes every subscription: replaces lost notifications, and empties the objects of deleted subscriptions. */
export async function wakeSubscriptions(env: Env): Promise<void> {
  for (let after: string | null = null; ;) {
    const ids: string[] = await subscriptionIdsAfter(connect(env), after, PAGE_SIZE);
    // The call logs its errors. An object that cannot be reached must not keep the others from waking.
    await Promise.all(ids.map((id) => callSubscription(env, id, (object) => object.wake("0")).catch(() => undefined)));
    after = ids.at(-1) ?? null;
    if (ids.length < PAGE_SIZE) return;
  }
}
