/** When the next call to an integration's object starts. Pure; instants are Unix ms. */
import { afterInterval } from "../lib/interval.ts";

/** The most bytes of one call. */
export const MAX_CALL_BYTES = 2 * 1024 * 1024;

/** Minimum interval between the starts of two calls to an object under load: with many objects, each call has few deliveries. */
const CALL_INTERVAL_MS = 50;

/** A call with this many deliveries starts immediately: it costs little for each. */
const ENOUGH_DELIVERIES = 16;

/** From this many deliveries in flight, to all objects, the isolate is under load. */
const LOAD_DELIVERIES = 8;

/** The deliveries of the next call. */
interface Load {
  deliveries: number;
  bytes: number;
}

/**
 * When to start the next call: immediately, unless more deliveries would make it much cheaper.
 * @param inFlight deliveries of the isolate in flight, to all objects
 * @param lastStartedAt when the last call to the object started; null: there was none
 */
export function startAt(
  { deliveries, bytes }: Load,
  inFlight: number,
  lastStartedAt: number | null,
  now: number,
): number {
  // If all deliveries in flight wait for this call, waiting longer gains nothing.
  const enough = Math.min(ENOUGH_DELIVERIES, inFlight);
  if (inFlight < LOAD_DELIVERIES || deliveries >= enough || bytes >= MAX_CALL_BYTES) return now;
  return afterInterval(lastStartedAt, CALL_INTERVAL_MS, now);
}
