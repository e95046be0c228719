import { callObject } from "../objects/integration/client.ts";
import type { RejectReply } from "../objects/integration/rpc.ts";
import { Bound } from "../lib/minute-limit.ts";
import type { Trace } from "./judge.ts";

/** What one isolate sends on of an integration's unverified requests; the object has the same bound over all isolates. */
const TRACES_PER_MINUTE = 60;

const traces = new Bound(TRACES_PER_MINUTE);

/**
 * Leaves the trace of a rejected delivery with the integration's object. Of requests that prove nothing only so many a
 * minute reach it, and the rest is counted in the next one: a flood costs us no writes. Returns null for those.
 */
export async function leaveTrace(
  env: Env,
  integrationId: string,
  { isVerified, rejection }: Trace,
): Promise<RejectReply | null> {
  const omittedBefore = isVerified ? 0 : traces.take(integrationId);
  if (omittedBefore === null) return null;
  const left = { ...rejection(), omittedBefore };
  return callObject(env, integrationId, (object) => object.reject(left));
}

/** Counts a rejection that leaves no trace of its own in the next one that does. */
export const omitTrace = (integrationId: string): null => traces.leaveOut(integrationId);
