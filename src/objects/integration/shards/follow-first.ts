/**
 * Lets a shard with an old config take the config of the first shard, which always gets a config before the others. The edge's copy is no
 * source: it may be older than the row in Postgres.
 */
import type { Store } from "../store/index.ts";
import type { IntegrationConfig, IntegrationObject } from "../rpc.ts";
import type { ObjectId } from "./names.ts";
import { objectName } from "./names.ts";

/** The dependencies, besides the store of the object. */
export interface FollowDependencies {
  /** Calls another object of the integration. */
  call<T>(name: string, call: (object: IntegrationObject) => Promise<T>): Promise<T>;
  configure(config: IntegrationConfig): void;
  /** Makes the alarm read a config from Postgres. */
  expect(version: number): void;
}

export class FirstShardFollower {
  readonly #store: Store;
  readonly #object: ObjectId;
  readonly #dependencies: FollowDependencies;
  #running: Promise<void> | null = null;

  constructor(store: Store, object: ObjectId, dependencies: FollowDependencies) {
    this.#store = store;
    this.#object = object;
    this.#dependencies = dependencies;
  }

  /**
   * Runs work at once if the object has this version of the config; else after it has taken the config of the first shard.
   * @throws when the first shard cannot be reached
   */
  withConfig<T>(version: number, work: () => T | Promise<T>): T | Promise<T> {
    const { config } = this.#store;
    if (config && config.version >= version) return work();
    if (this.#object.shard === 0) {
      // The storage was restored from an older time. Without a config there is no such integration.
      if (config) this.#dependencies.expect(version);
      return work();
    }
    this.#running ??= this.#follow().finally(() => {
      this.#running = null;
    });
    return this.#running.then(work);
  }

  async #follow(): Promise<void> {
    const { integrationId, shard } = this.#object;
    const config = await this.#dependencies.call(objectName(integrationId, 0), (first) => first.config());
    // Without a config there is no such integration, and the object stays without tables.
    if (config) this.#dependencies.configure({ ...config, shard });
  }
}
