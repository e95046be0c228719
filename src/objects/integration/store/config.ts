/** The object's copy of its integration's config, and the SNS topic pinned in it. */
import type { IntegrationConfig } from "../rpc.ts";
import type { Sql } from "./sql.ts";

export class ConfigTable {
  readonly #sql: Sql;
  #current: IntegrationConfig | null = null;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Null: the object has no config, so its id is no integration. */
  get current(): IntegrationConfig | null {
    return this.#current;
  }

  /** Reads the config when the object wakes. */
  load(): void {
    const row = this.#sql.first<{ json: string }>("SELECT json FROM config");
    this.#current = row ? (JSON.parse(row.json) as IntegrationConfig) : null;
  }

  /** Replaces the config. A pinned topic stays, unless the new config names a topic itself or does not use SNS. */
  replace(config: IntegrationConfig): void {
    this.#save({ ...config, ...keptPin(this.#current, config) });
  }

  /** Pins a topic unless the integration has one. @returns the topic that it has */
  pinTopic(topicArn: string): string {
    const config = this.#current;
    if (!config) throw new Error("an object without a config has no topic");
    const known = configuredTopic(config) ?? config.pinnedTopic;
    if (known !== undefined) return known;
    this.#save({ ...config, pinnedTopic: topicArn });
    return topicArn;
  }

  #save(config: IntegrationConfig): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO config (id, version, json) VALUES (1, ?, ?)",
      config.version,
      JSON.stringify(config),
    );
    this.#current = config;
  }
}

const configuredTopic = ({ verification }: IntegrationConfig): string | undefined =>
  verification.scheme === "sns" ? verification.topicArn : undefined;

const keptPin = (before: IntegrationConfig | null, next: IntegrationConfig): Pick<IntegrationConfig, "pinnedTopic"> =>
  before?.pinnedTopic !== undefined && next.verification.scheme === "sns" && configuredTopic(next) === undefined
    ? { pinnedTopic: before.pinnedTopic }
    : {};
