/** Calls every Durable Object of an integration: the current shards, and earlier ones whose outbox may still hold rows. */
import { callObject } from "../../objects/integration/client.ts";
import type { IntegrationObject, OutboxStatus } from "../../objects/integration/rpc.ts";
import { objectNames } from "../../objects/integration/shards/index.ts";

/** Which integration, and the highest number of shards that it ever had. */
export interface ObjectOwner {
  id: string;
  mostShards: number;
}

/**
 * Calls each object of an integration, all at once.
 * @returns the replies, in the order of the shards
 * @throws Problem `unavailable` when one cannot be reached
 */
export const callObjects = <T>(
  env: Env,
  { id, mostShards }: ObjectOwner,
  call: (object: IntegrationObject, shard: number) => Promise<T>,
): Promise<T[]> =>
  Promise.all(objectNames(id, mostShards).map((name, shard) => callObject(env, name, (object) => call(object, shard))));

/** The outbox of an integration, summed over its objects. */
export const getOutbox = async (env: Env, owner: ObjectOwner): Promise<OutboxStatus> =>
  sumOutboxes(await callObjects(env, owner, (object) => object.getStats()));

/** Sums outboxes into one; `lastError` is the first that any of them has. */
export function sumOutboxes(outboxes: readonly OutboxStatus[]): OutboxStatus {
  const sum = (field: "rows" | "bytes" | "quarantined" | "flushedLastMinute") =>
    outboxes.reduce((total, outbox) => total + outbox[field], 0);
  const oldest = outboxes.map(({ oldestAt }) => oldestAt).filter((at) => at !== null);
  return {
    rows: sum("rows"),
    bytes: sum("bytes"),
    oldestAt: oldest.length === 0 ? null : Math.min(...oldest),
    quarantined: sum("quarantined"),
    flushedLastMinute: sum("flushedLastMinute"),
    lastError: outboxes.find(({ lastError }) => lastError !== null)?.lastError ?? null,
  };
}
