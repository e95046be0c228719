/** Notifies subscriptions of new timeline entries. The next notification, or the cron, replaces a lost one. */
import { SECOND } from "../../lib/time.ts";
import { callSubscription } from "./client.ts";

/** Minimum interval between notifications of one subscription: it reads the entries between them in one query. */
const MIN_INTERVAL_MS = SECOND / 10;

export class SubscriptionNotifier {
  readonly #env: Env;
  /** By subscription, the latest transaction that it was not notified of. */
  readonly #latestXids = new Map<string, string>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(env: Env) {
    this.#env = env;
  }

  /**
   * Notifies the subscriptions independently: one that does not answer delays no other. Settles after the calls, never rejects.
   * @param xid decimal; there are entries up to this transaction
   */
  async notify(subscriptionIds: readonly string[], xid: string): Promise<void> {
    const running = subscriptionIds.map((id) => {
      this.#latestXids.set(id, xid);
      const one = this.#running.get(id) ?? this.#notifyOne(id);
      this.#running.set(id, one);
      return one;
    });
    await Promise.all(running);
  }

  async #notifyOne(id: string): Promise<void> {
    for (let xid = this.#latestXids.get(id); xid !== undefined; xid = this.#latestXids.get(id)) {
      const latest = xid;
      this.#latestXids.delete(id);
      // The call logs its errors.
      await callSubscription(this.#env, id, (object) => object.wake(latest)).catch(() => undefined);
      await scheduler.wait(MIN_INTERVAL_MS);
    }
    this.#running.delete(id);
  }
}
