/**
 * Addresses that failed too often of late: unknown ids, no proof of origin. They are answered 429 where they fail again,
 * and look nothing up. Who proves itself is never rejected, whatever else comes from its address.
 */
import { Problem } from "../lib/problem.ts";
import { isWithinLimit } from "../lib/rate-limit.ts";
import { SECOND } from "../lib/time.ts";

/** How long an isolate remembers without asking again. */
const REMEMBER_MS = 10 * SECOND;
const MAX_ENTRIES = 10_000;

const until = new Map<string, number>();

/** Whether this address failed too often of late. */
export function failsOften(address: string): boolean {
  const end = until.get(address);
  if (end === undefined) return false;
  if (end > Date.now()) return true;
  until.delete(address);
  return false;
}

/** Counts a failure of this address. False: there were too many. */
export async function countFailure(env: Env, address: string): Promise<boolean> {
  if (failsOften(address)) return false;
  if (await isWithinLimit(env.FAILURE_LIMITER, `ingest ${address}`)) return true;
  // A Map keeps the order of insertion: the first is the one remembered longest ago.
  if (until.size >= MAX_ENTRIES) for (const oldest of until.keys()) if (until.delete(oldest)) break;
  until.set(address, Date.now() + REMEMBER_MS);
  return false;
}

/** What is answered to one that fails too often. */
export const tooManyFailures = (): Problem =>
  new Problem("too-many-requests", "Too many failed deliveries from this address (FAILURE_LIMITER).", {
    headers: { "retry-after": "60" },
  });
