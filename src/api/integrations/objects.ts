/** What is asked of all the objects that hold, or ever held, something of an integration. */
import { callObject } from "../../objects/integration/client.ts";
import type { IntegrationObject, OutboxStatus } from "../../objects/integration/rpc.ts";
import { objectName } from "../../objects/integration/shards/index.ts";

/** Which integration, and how many objects it ever had. */
export interface Owner {
  id: string;
  mostShards: number;
}

/** Asks each object. @throws Problem `unavailable` when one cannot be reached */
export const askEach = <T>(
  env: Env,
  { id, mostShards }: Owner,
  ask: (object: IntegrationObject, shard: number) => Promise<T>,
): Promise<T[]> =>
  Promise.all(
    Array.from({ length: mostShards }, (_, shard) =>
      callObject(env, objectName(id, shard), (object) => ask(object, shard)),
    ),
  );

/** How an integration's outbox stands, over all its objects. */
export const outboxOf = async (env: Env, owner: Owner): Promise<OutboxStatus> =>
  sumOutboxes(await askEach(env, owner, (object) => object.getOutboxStatus()));

/** Several outboxes as one. */
export function sumOutboxes(outboxes: readonly OutboxStatus[]): OutboxStatus {
  const sum = (field: "rows" | "bytes" | "quarantined" | "flushedLastMinute") =>
    outboxes.reduce((total, outbox) => total + outbox[field], 0);
  const waiting = outboxes.map(({ oldestAt }) => oldestAt).filter((at) => at !== null);
  return {
    rows: sum("rows"),
    bytes: sum("bytes"),
    oldestAt: waiting.length === 0 ? null : Math.min(...waiting),
    quarantined: sum("quarantined"),
    flushedLastMinute: sum("flushedLastMinute"),
    lastError: outboxes.find(({ lastError }) => lastError !== null)?.lastError ?? null,
  };
}
