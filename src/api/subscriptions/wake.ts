import { connect } from "../../db/client.ts";
import { subscriptionIdsAfter } from "../../db/subscriptions.ts";
import { callSubscription } from "../../objects/subscription/client.ts";

const PAGE = 50;

/** Wakes every subscription: one that was not told of a change hears of it now, and one that was deleted ends. */
export async function wakeSubscriptions(env: Env): Promise<void> {
  for (let after: string | null = null; ;) {
    const ids: string[] = await subscriptionIdsAfter(connect(env), after, PAGE);
    // One that cannot be reached keeps the others from nothing; the call has logged it.
    await Promise.all(ids.map((id) => callSubscription(env, id, (object) => object.wake("0")).catch(() => undefined)));
    after = ids.at(-1) ?? null;
    if (ids.length < PAGE) return;
  }
}
