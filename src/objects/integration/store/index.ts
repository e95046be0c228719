/** The SQLite of one object: composes its tables and owns their transactions. Every call is synchronous. */
import type { AlertChanges } from "../../../alerts/alert.ts";
import { applySteps } from "../../shared/schema-steps.ts";
import { ChunkBuilder, type EntryRows } from "../chunk-builder.ts";
import type { IntegrationConfig } from "../rpc.ts";
import { AlertTable } from "./alerts.ts";
import { ConfigTable } from "./config.ts";
import { DebtTable } from "./debts.ts";
import { DedupKeyTable } from "./dedup-keys.ts";
import { EarlyResolveTable } from "./early-resolves.ts";
import { HeartbeatTable } from "./heartbeats.ts";
import { MetaTable } from "./meta.ts";
import { OutboxTable } from "./outbox.ts";
import { QuarantineTable } from "./quarantine.ts";
import { SCHEMA_STEPS } from "./schema.ts";
import { Sql } from "./sql.ts";

export type { OutboxChunk } from "./outbox.ts";

/**
 * The state of an object. Its tables are created with the first config, because a request for a made-up id must not create
 * any. Until then only `config` and the outbox's counters may be used.
 */
export class Store {
  readonly meta: MetaTable;
  readonly dedupKeys: DedupKeyTable;
  readonly earlyResolves: EarlyResolveTable;
  readonly alerts: AlertTable;
  readonly heartbeats: HeartbeatTable;
  readonly outbox: OutboxTable;
  readonly quarantine: QuarantineTable;
  readonly debts: DebtTable;
  readonly #config: ConfigTable;
  readonly #storage: DurableObjectStorage;
  readonly #sql: Sql;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = new Sql(storage.sql);
    this.meta = new MetaTable(this.#sql);
    this.dedupKeys = new DedupKeyTable(this.#sql, this.meta);
    this.earlyResolves = new EarlyResolveTable(this.#sql);
    this.alerts = new AlertTable(this.#sql);
    this.heartbeats = new HeartbeatTable(this.#sql);
    this.outbox = new OutboxTable(this.#sql);
    this.quarantine = new QuarantineTable(this.#sql);
    this.debts = new DebtTable(this.#sql);
    this.#config = new ConfigTable(this.#sql);
    if (this.#isCreated()) this.#open();
  }

  /** The config of the integration; null: the object has none, so its id is no integration. */
  get config(): IntegrationConfig | null {
    return this.#config.current;
  }

  /** The config of the integration; null: it has none, or is disabled or deleted. */
  get activeConfig(): IntegrationConfig | null {
    return this.config?.isEnabled && !this.config.isDeleted ? this.config : null;
  }

  /** Saves a config, unless the object has this version or a newer one. @returns whether it was saved */
  configure(config: IntegrationConfig): boolean {
    if (this.config && this.config.version >= config.version) return false;
    if (!this.#isCreated()) this.#open();
    this.#config.replace(config);
    return true;
  }

  /** Pins an SNS topic unless the integration has one. @returns the topic that it has */
  pinTopic(topicArn: string): string {
    return this.#config.pinTopic(topicArn);
  }

  /** Runs work in a transaction: all its writes commit, or none. */
  atomically<T>(work: () => T): T {
    const { counters } = this.outbox;
    const { turn } = this.dedupKeys;
    try {
      return this.#storage.transactionSync(work);
    } catch (error) {
      this.outbox.restore(counters);
      this.dedupKeys.restore(turn);
      throw error;
    }
  }

  /** Saves changes of alerts, and appends their rows for Postgres to the outbox. */
  saveChanges(changes: AlertChanges, rows: EntryRows, now: number): void {
    const chunks = new ChunkBuilder();
    chunks.add(rows);
    this.atomically(() => {
      this.alerts.save(changes.alerts);
      this.outbox.append(chunks.finish(), now);
    });
  }

  #isCreated(): boolean {
    return this.#sql.first("SELECT 1 FROM sqlite_master WHERE name = 'meta'") !== undefined;
  }

  #open(): void {
    const version = this.#isCreated() ? this.meta.schemaVersion : 0;
    applySteps(this.#storage, SCHEMA_STEPS, version, (applied) => {
      this.meta.schemaVersion = applied;
    });
    this.#config.load();
    this.outbox.load();
    this.dedupKeys.load();
  }
}
