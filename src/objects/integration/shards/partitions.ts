/**
 * The sixteen partitions of an integration. Events that must be decided in order are in one partition: those of an alert by its key, and
 * events without a key by the dedup key of their delivery. Pure. Knows no shards: see names.ts.
 */
import type { NewIds } from "../../../alerts/decision.ts";
import type { DedupKey } from "../../../alerts/dedup-key.ts";
import { fnv1a } from "../../../lib/fnv1a.ts";
import { newId } from "../../../lib/ids.ts";
import { HEARTBEAT_KEY, keyOfHeartbeatAlert } from "../system-changes.ts";

/** The number of partitions, and so the most shards that an integration can have. */
export const PARTITIONS = 16;

/** All partitions, in their order. */
export const ALL_PARTITIONS = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/** A hash, folded to the number of a partition. */
function hash(text: string): number {
  const value = fnv1a(text);
  return ((value >>> 16) ^ value) & (PARTITIONS - 1);
}

/** The partition of the events of a delivery that have no alert key. */
export const partitionOfDedupKey = ({ value }: DedupKey): number => hash(value);

/** The partition of an alert. Without an alert key it is the last digit of the alert's id: see `newIdsFor`. */
export function partitionOfAlert({ id, alertKey }: { id: string; alertKey: string | null }): number {
  if (alertKey === HEARTBEAT_KEY) return 0;
  // The shard that gets the heartbeats of a key watches it.
  const heartbeat = alertKey === null ? null : keyOfHeartbeatAlert(alertKey);
  if (heartbeat !== null) return hash(heartbeat);
  return alertKey === null ? Number.parseInt(id.slice(-1), PARTITIONS) : hash(alertKey);
}

/** Puts a partition into the last digit of an id. */
export const idIn = (partition: number, id: string): string => id.slice(0, -1) + partition.toString(PARTITIONS);

/** Makes the ids for the decision on a delivery. */
export const newIdsFor = (dedupKey: DedupKey): NewIds => ({
  timelineEntry: newId,
  alert: (alertKey) => (alertKey === null ? idIn(partitionOfDedupKey(dedupKey), newId()) : newId()),
});

/** The key under which a delivery is remembered. @param partition for the part of a delivery in this partition */
export function storedKey({ kind, value, variant }: DedupKey, partition?: number): string {
  const key = variant === undefined ? `${kind}:${value}` : `variant:${variant}:${value}`;
  return partition === undefined ? key : storedKeyPrefix(partition) + key;
}

/** The beginning of every stored key of a partition. */
export const storedKeyPrefix = (partition: number): string => `${partition.toString(PARTITIONS)}|`;

/** The partition of a stored key; null: the key is that of a whole delivery. */
export const partitionOfStoredKey = (key: string): number | null =>
  key.charAt(1) === "|" ? Number.parseInt(key.charAt(0), PARTITIONS) : null;

/** The dedup key of a stored key. */
export function parseStoredKey(key: string): DedupKey {
  const text = partitionOfStoredKey(key) === null ? key : key.slice(2);
  const [kind = "", variant = ""] = text.split(":", 2);
  return kind === "variant"
    ? { kind: "key", value: text.slice(kind.length + variant.length + 2), variant }
    : { kind: kind as DedupKey["kind"], value: text.slice(kind.length + 1) };
}
