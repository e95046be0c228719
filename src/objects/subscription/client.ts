import { callByName, placed } from "../shared/call.ts";
import { SECOND } from "../../lib/time.ts";
import type { SubscriptionObject } from "./rpc.ts";

/**
 * Calls the object of a subscription.
 * @throws Problem `unavailable` when it cannot be reached or has too much to do
 */
export const callSubscription = <T>(
  env: Env,
  id: string,
  call: (object: SubscriptionObject) => Promise<T>,
): Promise<T> => callByName(placed(env.SUBSCRIPTIONS, env), id, call, "subscription");

/** A subscription is told of news this often at most: what comes meanwhile it reads in one go. */
const PAUSE_MS = SECOND / 10;

/** Tells subscriptions that Postgres has news for them, each by itself. What is not heard the cron tells once more. */
export class SubscriptionNotifier {
  readonly #env: Env;
  readonly #news = new Map<string, string>();
  readonly #telling = new Map<string, Promise<void>>();

  constructor(env: Env) {
    this.#env = env;
  }

  /** There are changes for these subscriptions, up to a transaction. Settles once they have heard, and never rejects. */
  async tell(subscriptionIds: readonly string[], xid: string): Promise<void> {
    const telling = subscriptionIds.map((id) => {
      this.#news.set(id, xid);
      const one = this.#telling.get(id) ?? this.#tellOne(id);
      this.#telling.set(id, one);
      return one;
    });
    await Promise.all(telling);
  }

  async #tellOne(id: string): Promise<void> {
    for (let xid = this.#news.get(id); xid !== undefined; xid = this.#news.get(id)) {
      const latest = xid;
      this.#news.delete(id);
      // What went wrong the call has logged.
      await callSubscription(this.#env, id, (object) => object.wake(latest)).catch(() => undefined);
      await scheduler.wait(PAUSE_MS);
    }
    this.#telling.delete(id);
  }
}
