/** Notifies the readers of the timeline: Feeds and subscriptions. */
import { callFeed } from "../feed/client.ts";
import { callSubscription } from "../subscription/client.ts";
import type { Reader } from "./rpc.ts";

/**
 * Notifies a reader that there are timeline entries up to a transaction. A deleted subscription acknowledges, too.
 * @param xid decimal
 * @throws Problem `unavailable` when the reader did not acknowledge
 */
export const notifyReader = (env: Env, reader: Reader, xid: string): Promise<void> =>
  "feed" in reader
    ? callFeed(env, reader.feed, (object) => object.notify(xid))
    : callSubscription(env, reader.subscriptionId, (object) => object.wake(xid));
