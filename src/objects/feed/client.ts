/** How other modules call the Feeds. */
import { fnv1a } from "../../lib/fnv1a.ts";
import { Problem } from "../../lib/problem.ts";
import { callByName, LONG_CALL_LIMITS, placed } from "../shared/call.ts";
import {
  type AccessChange,
  type FeedObject,
  JOIN_STATUS,
  MAX_STREAMS,
  type NewListener,
  LISTENER_HEADER,
} from "./rpc.ts";

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

/**
 * Closes the streams of callers whose access ended or changed, in every Feed. Call it after the change in Postgres and before the
 * answer. Never rejects: Postgres has the change. A Feed that could not be reached reads it there before it sends entries, at
 * most once a minute (access-check.ts).
 */
export const endStreams = (env: Env, change: AccessChange): Promise<void> =>
  callFeeds(env, (object) => object.endAccess(change));

/** Calls every Feed. Never rejects: the failed calls have been logged. */
export async function callFeeds(env: Env, call: (object: FeedObject) => Promise<void>): Promise<void> {
  const feeds = Array.from({ length: Number(env.FEEDS) }, (_, feed) => feed);
  await Promise.allSettled(feeds.map((feed) => callFeed(env, feed, call)));
}

/**
 * Opens a stream. All streams of an actor are at one Feed, which limits their number.
 * @returns a response with status 101 and a WebSocket that is not accepted yet
 * @throws Problem `too-many-requests`, `unauthenticated`, `invalid-request` or `unavailable`
 */
export async function openStream(env: Env, listener: NewListener): Promise<Response> {
  const headers = { upgrade: "websocket", [LISTENER_HEADER]: encodeURIComponent(JSON.stringify(listener)) };
  const response = await callFeed(env, feedOf(listener.actor, Number(env.FEEDS)), (object) =>
    object.fetch(new Request("https://feed.invalid/", { headers })),
  );
  if (response.webSocket) return response;
  throw problemOf(response.status);
}

/** The Feed of an actor. */
const feedOf = (actor: string, feeds: number): number => fnv1a(actor) % feeds;

function problemOf(status: number): Problem {
  if (status === JOIN_STATUS.tooManyStreams) {
    return new Problem(
      "too-many-requests",
      `There are ${MAX_STREAMS} open streams with this key or session. Close one, or try again in a few seconds.`,
      { headers: { "retry-after": "5" } },
    );
  }
  if (status === JOIN_STATUS.accessEnded) {
    return new Problem("unauthenticated", "This key or session has ended or changed. Authenticate again.");
  }
  if (status === JOIN_STATUS.tooLong) {
    return new Problem("invalid-request", "The filter is too long for a stream. Send fewer labels, or set `teamId`.");
  }
  return new Problem("unavailable", "The stream is temporarily unavailable. Try again in a few seconds.");
}
