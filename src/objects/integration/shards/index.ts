/**
 * Sharding: an integration with more deliveries than one object can decide is split over up to sixteen objects, its shards.
 * Each shard owns some of its partitions. This module is all that other folders may import.
 */
export { FirstShardFollower } from "./follow-first.ts";
export { objectName, objectNames, ownsAlert, parseObjectName, shardOf } from "./names.ts";
export { newIdsFor, PARTITIONS, partitionOfAlert, storedKey } from "./partitions.ts";
export { Rebalancer } from "./rebalance.ts";
export { mergePreviews, mergeReplies, split } from "./split.ts";
export { partOfRemembered } from "./transfer.ts";
