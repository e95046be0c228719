import { callByName, placed } from "../lib/object-call.ts";
import { SECOND } from "../lib/time.ts";
import type { SubscriptionObject } from "./messages.ts";

/**
 * Calls the object of a subscription.
 * @throws Problem `unavailable` when it cannot be reached or has too much to do
 */
export const callSubscription = <T>(
  env: Env,
  id: string,
  call: (object: SubscriptionObject) => Promise<T>,
): Promise<T> => callByName(placed(env.SUBSCRIPTIONS, env), id, call, "subscription");

/** Subscriptions are told of news this often at most: what comes meanwhile they read in one go. */
const PAUSE_MS = SECOND / 10;

/** Tells subscriptions that Postgres has news for them. What is not heard the cron tells once more. */
export class Teller {
  readonly #env: Env;
  readonly #news = new Map<string, string>();
  #telling: Promise<void> | null = null;

  constructor(env: Env) {
    this.#env = env;
  }

  /** There are changes for these subscriptions, up to a transaction. Settles once they have heard, and never rejects. */
  tell(subscriptionIds: readonly string[], xid: string): Promise<void> {
    for (const id of subscriptionIds) this.#news.set(id, xid);
    if (this.#news.size === 0) return Promise.resolve();
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = null;
    });
    return this.#telling;
  }

  async #tellAll(): Promise<void> {
    while (this.#news.size > 0) {
      const news = [...this.#news];
      this.#news.clear();
      await Promise.all(
        news.map(([id, xid]) =>
          // What went wrong the call has logged.
          callSubscription(this.#env, id, (object) => object.wake(xid)).catch(() => undefined),
        ),
      );
      await scheduler.wait(PAUSE_MS);
    }
  }
}
