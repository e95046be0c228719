/**
 * Lets a shard that is behind take its config from the first shard, which always gets a config before the others. The edge's copy is no
 * source: it may be older than what is in Postgres.
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
   * Runs work once the object has this version of the config, if the first shard has it: at once if it has it already.
   * @throws when the first shard cannot be reached
   */
  withConfig<T>(version: number, work: () => T | Promise<T>): T | Promise<T> {
    const { config } = this.#store;
    if (config && config.version >= version) return work();
    if (this.#object.shard === 0) {
      // Its storage was restored from an older time. Without a config the id is no integration.
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
    // Without a config the id is no integration, and stays without tables.
    if (config) this.#dependencies.configure({ ...config, shard });
  }
}
