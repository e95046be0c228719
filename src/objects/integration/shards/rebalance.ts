/** Moves the state of partitions to the shard that owns them after the number of shards has changed. Decides nothing. */
import type { IntegrationConfig, IntegrationObject, StatePage } from "../rpc.ts";
import type { Store } from "../store/index.ts";
import { objectName, partitionsOf, shardOf } from "./names.ts";
import { ALL_PARTITIONS } from "./partitions.ts";
import { exportState, forgetPartitions, importState } from "./transfer.ts";

/** The dependencies of a rebalance, besides the store of its object. */
export interface RebalanceDependencies {
  /** Calls another object of the integration. */
  call<T>(name: string, call: (object: IntegrationObject) => Promise<T>): Promise<T>;
  waitUntil(promise: Promise<unknown>): void;
  /** Called once the state is complete. */
  onRebalanced(): void;
}

/** A shard that gives up partitions, and the config that it must get before. */
interface Source {
  name: string;
  config: IntegrationConfig;
  partitions: number[];
}

export class Rebalancer {
  readonly #store: Store;
  readonly #dependencies: RebalanceDependencies;
  #running: Promise<void> | null = null;

  constructor(store: Store, dependencies: RebalanceDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
  }

  /** Runs work once the object has the state of all its partitions: at once if it has it already. */
  afterwards<T>(work: () => T | Promise<T>): T | Promise<T> {
    return this.#isDone() ? work() : this.run().then(() => this.afterwards(work));
  }

  /** Takes over the state of this shard's partitions. Idempotent; concurrent calls share one run. */
  async run(): Promise<void> {
    if (this.#isDone()) return;
    this.#running ??= this.#takeOver().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  /** See `exportState` in rpc.ts. */
  exportState(partitions: readonly number[], cursor: string | null): StatePage {
    return exportState(this.#store, partitions, cursor, Date.now());
  }

  /** Deletes partitions that another shard took over, unless the sharding has changed again since. */
  release(since: number, partitions: readonly number[]): void {
    if (this.#store.config?.sharding?.since === since) forgetPartitions(this.#store, partitions);
  }

  #isDone(): boolean {
    const { sharding } = this.#store.config ?? {};
    return sharding === undefined || this.#store.meta.rebalancedSince >= sharding.since;
  }

  async #takeOver(): Promise<void> {
    const { config } = this.#store;
    if (!config?.sharding) return;
    const { since } = config.sharding;
    forgetPartitions(this.#store, staleState(config));
    const sources = sourcesOf(config);
    for (const source of sources) await this.#import(source);
    this.#store.meta.rebalancedSince = since;
    this.#dependencies.onRebalanced();
    for (const { name, partitions } of sources) {
      const released = this.#dependencies.call(name, (object) => object.releasePartitions(since, partitions));
      // State that a source keeps after an error is deleted with the next change of the number of shards.
      this.#dependencies.waitUntil(released.catch(() => undefined));
    }
  }

  async #import({ name, config, partitions }: Source): Promise<void> {
    for (let cursor: string | null | undefined; cursor !== null;) {
      const from = cursor ?? null;
      const page: StatePage = await this.#dependencies.call(name, (object) =>
        object.exportState(config, partitions, from),
      );
      importState(this.#store, page, Date.now());
      cursor = page.nextCursor;
    }
  }
}

/** Partitions that the shard did not own before: their state is left from an earlier sharding. */
function staleState({ sharding, shard = 0 }: IntegrationConfig): number[] {
  const previousShards = sharding?.previousShards ?? 1;
  const owned = shard < previousShards ? partitionsOf(shard, previousShards) : [];
  return ALL_PARTITIONS.filter((partition) => !owned.includes(partition));
}

/** The previous shards that owned partitions of this shard. */
function sourcesOf(config: IntegrationConfig): Source[] {
  const { id, sharding, shard = 0 } = config;
  if (!sharding) return [];
  const { shards, previousShards } = sharding;
  const own = partitionsOf(shard, shards);
  return Array.from({ length: previousShards }, (_, source) => ({
    name: objectName(id, source),
    config: { ...config, shard: source },
    partitions: own.filter((partition) => shardOf(partition, previousShards) === source),
  })).filter(({ partitions }, source) => source !== shard && partitions.length > 0);
}
