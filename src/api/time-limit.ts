/** Limits the time of calls to objects whose answers are optional in a response. */
import { SECOND } from "../lib/time.ts";
import { within } from "../objects/shared/call.ts";

/** Maximum number of concurrent calls of a request to the objects of one class. */
export const MAX_CONCURRENT_CALLS = 50;

export interface TimeLimits {
  /** Unix ms, for all calls together. */
  deadline: number;
  /** For each call. */
  callTimeoutMs: number;
}

/** Time for all calls of a list or a page together. */
export const CALLS_MS = 4 * SECOND;

/** Calls may take 3 s each, and this long together. */
export const withinMs = (ms: number, callTimeoutMs = 3 * SECOND): TimeLimits => ({
  deadline: Date.now() + ms,
  callTimeoutMs,
});

/** Returns the response of a call; null if it fails or takes too long. */
export async function withTimeout<T>(
  { deadline, callTimeoutMs }: TimeLimits,
  call: () => Promise<T>,
): Promise<T | null> {
  const leftMs = deadline - Date.now();
  return leftMs <= 0 ? null : within(Math.min(callTimeoutMs, leftMs), call()).catch(() => null);
}
