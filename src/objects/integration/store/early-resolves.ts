/** Dated resolves that arrived before their triggers, by alert key. Decides nothing: see alerts/apply-event.ts. */
import type { EarlyResolve } from "../../../alerts/apply-event.ts";
import { DAY } from "../../../lib/time.ts";
import type { Sql } from "./sql.ts";

/** As long as ended alerts are kept. */
const KEEP_MS = DAY;

/** The oldest ones make room for newer ones. */
const MAX_ROWS = 10_000;
const ROWS_TO_DELETE = 1000;

type Columns = { alert_key: string; ended_at: number; received_at: number };

export class EarlyResolveTable {
  readonly #sql: Sql;
  /** An upper bound of the rows; undefined: not counted yet. */
  #rows: number | undefined;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The resolves of these alert keys. Most objects have none. */
  get(alertKeys: readonly string[]): Map<string, EarlyResolve> {
    this.#rows ??= this.#count();
    if (this.#rows === 0) return new Map();
    const query = "SELECT * FROM early_resolves WHERE alert_key IN (SELECT value FROM json_each(?))";
    return new Map(this.#sql.byKeys<Columns>(query, alertKeys).map(read));
  }

  /** Resolves in the order of their alert keys. @param after the last key of the page before */
  page(after: string, limit: number): [string, EarlyResolve][] {
    const query = "SELECT * FROM early_resolves WHERE alert_key > ? ORDER BY alert_key LIMIT ?";
    return this.#sql.all<Columns>(query, after, limit).map(read);
  }

  save(resolves: ReadonlyMap<string, EarlyResolve>): void {
    if (resolves.size === 0) return;
    this.#rows ??= this.#count();
    this.#sql.insert(
      "INSERT OR REPLACE INTO early_resolves (alert_key, ended_at, received_at)",
      [...resolves].map(([alertKey, { endedAt, receivedAt }]) => [alertKey, endedAt, receivedAt]),
    );
    this.#rows += resolves.size;
    if (this.#rows > MAX_ROWS) this.#makeRoom();
  }

  delete(alertKey: string): void {
    this.#sql.exec("DELETE FROM early_resolves WHERE alert_key = ?", alertKey);
  }

  /** Deletes resolves from long ago. */
  purge(now: number): void {
    this.#sql.exec("DELETE FROM early_resolves WHERE received_at <= ?", now - KEEP_MS);
    this.#rows = undefined;
  }

  #makeRoom(): void {
    const rows = this.#count();
    const excess = rows - MAX_ROWS;
    if (excess > 0) {
      this.#sql.exec(
        "DELETE FROM early_resolves WHERE alert_key IN (SELECT alert_key FROM early_resolves ORDER BY received_at LIMIT ?)",
        excess + ROWS_TO_DELETE,
      );
    }
    this.#rows = this.#count();
  }

  #count(): number {
    return this.#sql.first<{ rows: number }>("SELECT count(*) AS rows FROM early_resolves")?.rows ?? 0;
  }
}

const read = (row: Columns): [string, EarlyResolve] => [
  row.alert_key,
  { endedAt: row.ended_at, receivedAt: row.received_at },
];
