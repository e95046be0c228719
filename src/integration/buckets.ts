/**
 * What must be decided in one order falls into one of sixteen buckets, pure: an alert by its key, whatever has no key by
 * the identity of its delivery. Where several objects share an integration's work, each decides for some of the buckets.
 */
import type { Identity } from "./messages.ts";

/** How many buckets there are, so how many objects there can be. */
export const BUCKETS = 16;

/** Where the alert on an integration's silence is remembered; no alert key of a source leads there. */
export const SILENCE_SLOT = "tocsin:silence";

/** FNV-1a (RFC 9923), folded to the number of a bucket. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return ((value >>> 16) ^ value) & (BUCKETS - 1);
}

/** The bucket of whatever a delivery brings that has no alert key. */
export const bucketOfIdentity = ({ value }: Identity): number => hash(value);

/** The bucket of an alert. One without a key tells it in the last digit of its id: see `idIn`. */
export function bucketOfAlert({ id, alertKey }: { id: string; alertKey: string | null }): number {
  if (alertKey === SILENCE_SLOT) return 0;
  return alertKey === null ? Number.parseInt(id.slice(-1), BUCKETS) : hash(alertKey);
}

/** The key under which an identity is remembered; of a delivery that was split, in the bucket of its part. */
export const identityKey = ({ kind, value }: Identity, bucket?: number): string =>
  bucket === undefined ? `${kind}:${value}` : `${bucket.toString(BUCKETS)}|${kind}:${value}`;

/** The bucket of an identity's key; null: it is that of a whole delivery. */
export const bucketOfKey = (key: string): number | null =>
  key.charAt(1) === "|" ? Number.parseInt(key.charAt(0), BUCKETS) : null;

/** The identity of which this is the key. */
export function identityOf(key: string): Identity {
  const text = bucketOfKey(key) === null ? key : key.slice(2);
  const end = text.indexOf(":");
  return { kind: text.slice(0, end) as Identity["kind"], value: text.slice(end + 1) };
}

/** An id that tells its bucket. */
export const idIn = (bucket: number, id: string): string => id.slice(0, -1) + bucket.toString(BUCKETS);
