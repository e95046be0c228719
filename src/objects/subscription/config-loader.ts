/** Loads the config of a subscription from Postgres. Queries may overlap, so an answer never replaces that of a later query. */
import { withConnection, type DatabaseSettings } from "../../db/client.ts";
import { findSubscription, type SubscriptionRow } from "../../db/subscriptions.ts";
import { type SubscriptionConfig, toConfig } from "./config.ts";

export class ConfigLoader {
  readonly #env: DatabaseSettings;
  readonly #id: string;
  readonly #apply: (config: SubscriptionConfig | null) => Promise<void>;
  /** Numbers of the last query that was started, and of the last one whose answer was applied. */
  #started = 0;
  #applied = 0;
  #loadedAt = 0;
  #refreshing: Promise<void> | null = null;

  /** @param apply called with the config; null: the subscription was deleted */
  constructor(env: DatabaseSettings, id: string, apply: (config: SubscriptionConfig | null) => Promise<void>) {
    this.#env = env;
    this.#id = id;
    this.#apply = apply;
  }

  /**
   * Loads a config that is older than this, once for all calls at the same time. A negative age means that the clock was set back.
   * @throws when Postgres does not answer
   */
  async loadIfOlder(maxAgeMs: number, now: number): Promise<void> {
    if (Math.abs(now - this.#loadedAt) <= maxAgeMs) return;
    this.#refreshing ??= this.load().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  /** @throws when Postgres does not answer */
  async load(): Promise<void> {
    await this.loadWith(async () => ({
      row: await withConnection(this.#env, (db) => findSubscription(db, this.#id)),
    }));
  }

  /** Applies the config out of a query that also reads something else. */
  async loadWith<Answer extends { row: SubscriptionRow | undefined }>(query: () => Promise<Answer>): Promise<Answer> {
    const number = ++this.#started;
    const answer = await query();
    if (number < this.#applied) return answer;
    this.#applied = number;
    this.#loadedAt = Date.now();
    await this.#apply(answer.row ? toConfig(answer.row) : null);
    return answer;
  }
}
