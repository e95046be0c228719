/**
 * What must be decided in one order falls into one of sixteen partitions, pure: an alert by its key, whatever has no key by
 * the dedupKey of its delivery. Where several objects share an integration's work, each decides for some of the partitions.
 */
import type { NewIds } from "../../../alerts/decide.ts";
import type { DedupKey } from "../../../alerts/dedup-key.ts";
import { newId } from "../../../lib/ids.ts";

/** How many partitions there are, so how many objects there can be. */
export const PARTITIONS = 16;

/** Where the alert on an integration's missedHeartbeat is remembered; no alert key of a source leads there. */
export const HEARTBEAT_KEY = "tocsin:heartbeat";

/** FNV-1a (RFC 9923), folded to the number of a partition. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return ((value >>> 16) ^ value) & (PARTITIONS - 1);
}

/** The partition of whatever a delivery brings that has no alert key. */
export const partitionOfDedupKey = ({ value }: DedupKey): number => hash(value);

/** The partition of an alert. One without a key tells it in the last digit of its id: see `idIn`. */
export function partitionOfAlert({ id, alertKey }: { id: string; alertKey: string | null }): number {
  if (alertKey === HEARTBEAT_KEY) return 0;
  return alertKey === null ? Number.parseInt(id.slice(-1), PARTITIONS) : hash(alertKey);
}

/** The key under which an dedupKey is remembered; of a delivery that was split, in the partition of its part. */
export const dedupKeyText = ({ kind, value }: DedupKey, partition?: number): string =>
  partition === undefined ? `${kind}:${value}` : `${partition.toString(PARTITIONS)}|${kind}:${value}`;

/** The partition of an dedupKey's key; null: it is that of a whole delivery. */
export const partitionOfText = (key: string): number | null =>
  key.charAt(1) === "|" ? Number.parseInt(key.charAt(0), PARTITIONS) : null;

/** The dedupKey of which this is the key. */
export function parseDedupKey(key: string): DedupKey {
  const text = partitionOfText(key) === null ? key : key.slice(2);
  const end = text.indexOf(":");
  return { kind: text.slice(0, end) as DedupKey["kind"], value: text.slice(end + 1) };
}

/** An id that tells its partition. */
export const idIn = (partition: number, id: string): string => id.slice(0, -1) + partition.toString(PARTITIONS);

/** Ids for what a decision on a delivery creates. The id of an alert without a key tells its partition: see `partitionOfAlert`. */
export const newIdsFor = (dedupKey: DedupKey): NewIds => ({
  timelineEntry: newId,
  alert: (alertKey) => (alertKey === null ? idIn(partitionOfDedupKey(dedupKey), newId()) : newId()),
});
