import { SECOND } from "../lib/time.ts";

/**
 * Checks a signed timestamp (Unix seconds, or milliseconds from 12 digits on) against now, in both directions. Never pass
 * the time of an event: late retries and long-firing alerts would be rejected.
 * @returns the reason for a rejection; null: within tolerance
 */
export function timestampFault(value: string, toleranceSeconds: number, now: number): string | null {
  if (!/^\d{1,15}(\.\d+)?$/.test(value)) return "the signed timestamp is not a Unix time";
  const sentAt = value.replace(/\..*/, "").length >= 12 ? Number(value) : Number(value) * SECOND;
  const seconds = Math.round(Math.abs(now - sentAt) / SECOND);
  if (seconds <= toleranceSeconds) return null;
  return `the signed timestamp is ${seconds} s ${sentAt < now ? "old" : "ahead"}; the tolerance is ${toleranceSeconds} s`;
}
