/** Access to the tables of one object. They are created with the first config: an object without one writes nothing. */
import { applySteps } from "../../shared/schema-steps.ts";

const SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
  CREATE TABLE pending_messages (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, alert_id TEXT NOT NULL, type TEXT NOT NULL, recorded_at INTEGER NOT NULL,
    deadline_at INTEGER NOT NULL, attempts INTEGER NOT NULL, next_attempt_at INTEGER NOT NULL, body TEXT NOT NULL
  );
  CREATE TABLE dead_letters (
    id TEXT PRIMARY KEY, alert_id TEXT NOT NULL, type TEXT NOT NULL, recorded_at INTEGER NOT NULL, attempts INTEGER NOT NULL,
    error TEXT NOT NULL, given_up_at INTEGER NOT NULL, body TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE held_alerts (alert_id TEXT PRIMARY KEY, entry_id TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX held_alerts_until ON held_alerts (until);
  CREATE TABLE attempts (
    seq INTEGER PRIMARY KEY, is_failed INTEGER NOT NULL, first_id TEXT NOT NULL, last_id TEXT NOT NULL, last_at INTEGER NOT NULL,
    count INTEGER NOT NULL, characters INTEGER NOT NULL, lines TEXT NOT NULL
  );`;

type Row = Record<string, SqlStorageValue>;

/** Runs SQL. Reads find nothing before `create`. Every method is synchronous: writes without an `await` between commit together. */
export class Tables {
  readonly #storage: DurableObjectStorage;
  #exist: boolean;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#exist = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'meta'").next().value !== undefined;
    if (this.#exist) this.#applySchema();
  }

  /** Creates the tables, unless they exist. */
  create(): void {
    if (this.#exist) return;
    this.#applySchema();
    this.#exist = true;
  }

  #applySchema(): void {
    const version = this.first<{ value: number }>("SELECT value FROM meta WHERE name = 'schemaVersion'")?.value ?? 0;
    applySteps(this.#storage, [SCHEMA], version, (applied) =>
      this.write("INSERT OR REPLACE INTO meta (name, value) VALUES ('schemaVersion', ?)", applied),
    );
  }

  rows<R extends Row>(query: string, ...bindings: SqlStorageValue[]): R[] {
    return this.#exist ? [...this.#storage.sql.exec<R>(query, ...bindings)] : [];
  }

  first<R extends Row>(query: string, ...bindings: SqlStorageValue[]): R | undefined {
    return this.#exist ? this.#storage.sql.exec<R>(query, ...bindings).next().value : undefined;
  }

  /** @returns rows written */
  write(query: string, ...bindings: SqlStorageValue[]): number {
    return this.#storage.sql.exec(query, ...bindings).rowsWritten;
  }

  transaction<T>(work: () => T): T {
    return this.#storage.transactionSync(work);
  }
}
