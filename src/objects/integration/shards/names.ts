/** The objects of an integration: their names, and which partitions each one owns. Pure. */
import type { AlertState } from "../../../alerts/alert.ts";
import type { IntegrationConfig } from "../rpc.ts";
import { ALL_PARTITIONS, partitionOfAlert } from "./partitions.ts";

/** The name of an object. The first one has the integration's id as its name. */
export const objectName = (integrationId: string, shard: number): string =>
  shard === 0 ? integrationId : `${integrationId}/${shard}`;

/** The names of the first objects of an integration. */
export const objectNames = (integrationId: string, count: number): string[] =>
  Array.from({ length: count }, (_, shard) => objectName(integrationId, shard));

/** Which object of which integration. */
export interface ObjectId {
  integrationId: string;
  shard: number;
}

/** Reads the name of an object. */
export function parseObjectName(name: string): ObjectId {
  const [integrationId = "", shard = "0"] = name.split("/");
  return { integrationId, shard: Number(shard) };
}

/** The shard that owns a partition. @param shards how many there are */
export const shardOf = (partition: number, shards: number): number => partition % shards;

/** The partitions that a shard owns. @param shards how many there are */
export const partitionsOf = (shard: number, shards: number): number[] =>
  ALL_PARTITIONS.filter((partition) => shardOf(partition, shards) === shard);

/** Whether the shard with this config owns an alert. */
export const ownsAlert = (
  { sharding, shard = 0 }: Pick<IntegrationConfig, "sharding" | "shard">,
  alert: Pick<AlertState, "id" | "alertKey">,
): boolean => sharding === undefined || shardOf(partitionOfAlert(alert), sharding.shards) === shard;
