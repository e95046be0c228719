/** Limits the time of calls to objects whose answers are optional in a response. */
import { SECOND } from "../lib/time.ts";

export interface TimeLimits {
  /** Unix ms, for all calls together. */
  deadline: number;
  /** For each call. */
  callTimeoutMs: number;
}

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
  if (leftMs <= 0) return null;
  const { promise: timeout, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, Math.min(callTimeoutMs, leftMs), null);
  const first = await Promise.race([call().catch(() => null), timeout]);
  clearTimeout(timer);
  return first;
}
