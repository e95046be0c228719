import { callObject } from "../integration/client.ts";
import type { RejectReply } from "../integration/messages.ts";
import { MINUTE } from "../lib/time.ts";
import type { Trace } from "./judge.ts";

/** What one isolate sends on of an integration's unverified requests; the object has the same bound over all isolates. */
const TRACES_PER_MINUTE = 60;
const MAX_ENTRIES = 1000;

const recent = new Map<string, { minute: number; traces: number; omitted: number }>();

/**
 * Leaves the trace of a refused delivery with the integration's object. Of requests that prove nothing only so many a
 * minute reach it, and the rest is counted in the next one: a flood costs us no writes. Returns null for those.
 */
export async function leaveTrace(
  env: Env,
  integrationId: string,
  { isVerified, rejection }: Trace,
): Promise<RejectReply | null> {
  const leave = (omittedBefore: number) => {
    const left = { ...rejection(), omittedBefore };
    return callObject(env, integrationId, (object) => object.reject(left));
  };
  if (isVerified) return leave(0);
  const counter = counterOf(integrationId);
  if (counter.traces >= TRACES_PER_MINUTE) return omitTrace(integrationId);
  counter.traces++;
  const omittedBefore = counter.omitted;
  counter.omitted = 0;
  return leave(omittedBefore);
}

/** Counts a refusal that leaves no trace of its own in the next one that does. */
export function omitTrace(integrationId: string): null {
  counterOf(integrationId).omitted++;
  return null;
}

function counterOf(integrationId: string) {
  const minute = Math.floor(Date.now() / MINUTE);
  const known = recent.get(integrationId);
  if (known?.minute === minute) return known;
  const counter = { minute, traces: 0, omitted: known?.omitted ?? 0 };
  recent.delete(integrationId);
  if (recent.size >= MAX_ENTRIES) for (const oldest of recent.keys()) if (recent.delete(oldest)) break;
  recent.set(integrationId, counter);
  return counter;
}
