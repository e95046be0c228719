/**
 * Limits unverified deliveries by address. An address over the limit gets 429 for its next unverified delivery, and no
 * record. A verified delivery is accepted regardless of earlier failures of its address, which others may share.
 */
import { LRUCache } from "lru-cache";
import { Problem } from "../lib/problem.ts";
import { isWithinLimit } from "../lib/rate-limit.ts";
import { SECOND } from "../lib/time.ts";

/** How long an isolate remembers an address over the limit without asking the limiter again. */
const REMEMBER_MS = 10 * SECOND;
const MAX_ADDRESSES = 10_000;

/**
 * Until when an address is remembered, in Unix ms. The `ttl` of lru-cache needs a timer, and Workers cancels timers when
 * a request ends.
 */
const overLimitUntil = new LRUCache<string, number>({ max: MAX_ADDRESSES });

/** Counts a failure of an address. False: it is over the limit. */
export async function countFailure(env: Env, address: string): Promise<boolean> {
  if ((overLimitUntil.get(address) ?? 0) > Date.now()) return false;
  if (await isWithinLimit(env.FAILURE_LIMITER, `ingest ${address}`)) return true;
  overLimitUntil.set(address, Date.now() + REMEMBER_MS);
  return false;
}

/** The answer to an address over the limit. */
export const TOO_MANY_FAILURES = new Problem(
  "too-many-requests",
  "Too many failed deliveries from this address (FAILURE_LIMITER). Try again in a minute.",
  { headers: { "retry-after": "60" } },
);
