/** When the next call to an integration's object starts. Pure; instants are Unix ms. */
import { afterInterval } from "../lib/pause.ts";

/** The most bytes of one call. */
export const MAX_CALL_BYTES = 2 * 1024 * 1024;

/** Minimum interval between the starts of two calls to an object under load: with many objects, each call has few deliveries. */
const CALL_INTERVAL_MS = 50;

/** A call with this many deliveries starts immediately: it costs little for each. */
const ENOUGH_DELIVERIES = 16;

/** From this many deliveries in flight, to all objects, the isolate is under load. */
const LOAD_DELIVERIES = 8;

/** What the next call would have. */
interface Load {
  deliveries: number;
  /** Of the deliveries that wait for it. */
  bytes: number;
}

/**
 * When to start the next call: immediately, unless it gains much by deliveries that may still come.
 * @param inFlight deliveries of the isolate in flight, to all objects
 * @param lastStartedAt when the last call to the object started; null: there was none
 */
export function startAt(
  { deliveries, bytes }: Load,
  inFlight: number,
  lastStartedAt: number | null,
  now: number,
): number {
  // With all that are in flight, none can come before one of them has its reply.
  const enough = Math.min(ENOUGH_DELIVERIES, inFlight);
  if (inFlight < LOAD_DELIVERIES || deliveries >= enough || bytes >= MAX_CALL_BYTES) return now;
  return afterInterval(lastStartedAt, CALL_INTERVAL_MS, now);
}
