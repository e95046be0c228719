/** How other modules call the Feeds. */
import { callByName, LONG_CALL_LIMITS, placed } from "../shared/call.ts";
import type { AccessChange, FeedObject } from "./rpc.ts";

/**
 * Calls a Feed.
 * @throws Problem `unavailable` when it cannot be reached or is overloaded
 */
export const callFeed = <T>(env: Env, feed: number, call: (object: FeedObject) => Promise<T>): Promise<T> =>
  callByName(
    placed(env.FEED_OBJECTS, { ...env, OBJECTS_LOCATION: env.DATABASE_LOCATION }),
    String(feed),
    call,
    "feed",
    LONG_CALL_LIMITS,
  );

/** Closes the streams of callers whose access ended or became narrower, in every Feed. */
export async function endStreams(env: Env, change: AccessChange): Promise<void> {
  const feeds = Array.from({ length: Number(env.FEEDS) }, (_, feed) => feed);
  await Promise.all(feeds.map((feed) => callFeed(env, feed, (object) => object.endAccess(change))));
}
