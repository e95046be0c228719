/**
 * How an operation changes an integration: announce the new version to its objects, change Postgres, push the config. An operation that
 * ends in between needs no help: the objects read the announced config from Postgres.
 */
import type { IntegrationRow } from "../../db/integrations.ts";
import { LONG_CALL_LIMITS } from "../shared/call.ts";
import { callObject } from "./client.ts";
import { toConfig } from "./config-of-row.ts";
import type { ConfigureReply } from "./rpc.ts";
import { objectNames } from "./shards/index.ts";

/** The objects of an integration. */
export type ConfigOwner = Pick<IntegrationRow, "id" | "location"> & {
  /** The number of its objects after the change. */
  mostShards: number;
};

/**
 * Announces a change to every object of an integration, before it is written to Postgres.
 * @param version the version that the change would have in Postgres
 * @returns the version to write: a higher one if an object knows that version, because an older database was restored
 * @throws Problem `unavailable` when an object cannot be reached; then Postgres must not change
 */
export async function announceConfig(env: Env, owner: ConfigOwner, version: number): Promise<number> {
  const known = await Promise.all(
    objectNames(owner.id, owner.mostShards).map((name) =>
      callObject(env, name, (object) => object.expectConfig(version), { location: owner.location ?? "" }),
    ),
  );
  const newest = Math.max(...known);
  return newest < version ? version : announceConfig(env, owner, newest + 1);
}

/**
 * Sends the config in a row to the objects of its integration. The first one gets it before the others, which ask it when they are behind.
 * @throws Problem `unavailable` when one cannot be reached
 */
export async function pushConfig(env: Env, row: IntegrationRow): Promise<ConfigureReply> {
  const config = toConfig(row);
  const send = (name: string, shard: number) =>
    callObject(env, name, (object) => object.configure({ ...config, shard }), { location: row.location ?? "" });
  const first = await send(row.id, 0);
  const others = objectNames(row.id, row.mostShards).slice(1);
  const replies = [first, ...(await Promise.all(others.map((name, index) => send(name, index + 1))))];
  return {
    version: Math.max(...replies.map(({ version }) => version)),
    wasBehind: replies.some(({ wasBehind }) => wasBehind),
  };
}

/**
 * Waits until each shard has taken over the partitions that are its own from now on.
 * @throws Problem `unavailable` when one cannot be reached; that shard rebalances before its next decision
 */
export async function rebalanceObjects(env: Env, { id, shards }: Pick<IntegrationRow, "id" | "shards">): Promise<void> {
  const limits = LONG_CALL_LIMITS;
  await Promise.all(
    objectNames(id, shards).map((name) => callObject(env, name, (object) => object.rebalance(), { limits })),
  );
}
