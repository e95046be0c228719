/** The heartbeats of alert keys: when the last one of each was received. Decides nothing: see heartbeat.ts. */
import type { KeyedHeartbeat } from "../rpc.ts";
import type { Sql } from "./sql.ts";

type Columns = { key: string; last_received_at: number; waiting_since: number; title: string; labels: string | null };

export class HeartbeatTable {
  readonly #sql: Sql;
  /** Undefined: not counted yet. */
  #rows: number | undefined;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** How many there are. */
  get count(): number {
    this.#rows ??= this.#sql.first<{ rows: number }>("SELECT count(*) AS rows FROM heartbeats")?.rows ?? 0;
    return this.#rows;
  }

  /** The heartbeats of these keys. */
  getMany(keys: readonly string[]): KeyedHeartbeat[] {
    const query = "SELECT * FROM heartbeats WHERE key IN (SELECT value FROM json_each(?))";
    return this.#sql.byKeys<Columns>(query, keys).map(read);
  }

  /** All heartbeats, in the order of their keys. */
  all(): KeyedHeartbeat[] {
    return this.#sql.all<Columns>("SELECT * FROM heartbeats ORDER BY key").map(read);
  }

  /** Heartbeats in the order of their keys. @param after the last key of the page before */
  page(after: string, limit: number): KeyedHeartbeat[] {
    const query = "SELECT * FROM heartbeats WHERE key > ? ORDER BY key LIMIT ?";
    return this.#sql.all<Columns>(query, after, limit).map(read);
  }

  save(heartbeats: readonly KeyedHeartbeat[]): void {
    if (heartbeats.length === 0) return;
    this.#sql.insert(
      "INSERT OR REPLACE INTO heartbeats (key, last_received_at, waiting_since, title, labels)",
      heartbeats.map(({ key, lastReceivedAt, waitingSince, title, labels }) => [
        key,
        lastReceivedAt,
        waitingSince,
        title,
        labels && JSON.stringify(labels),
      ]),
    );
    this.#rows = undefined;
  }

  /** Starts all waits again. */
  restart(now: number): void {
    this.#sql.exec("UPDATE heartbeats SET waiting_since = ?", now);
  }

  delete(key: string): void {
    this.#sql.exec("DELETE FROM heartbeats WHERE key = ?", key);
    this.#rows = undefined;
  }

  deleteAll(): void {
    this.#sql.exec("DELETE FROM heartbeats");
    this.#rows = undefined;
  }
}

const read = (row: Columns): KeyedHeartbeat => ({
  key: row.key,
  title: row.title,
  labels: row.labels === null ? null : (JSON.parse(row.labels) as Record<string, unknown>),
  lastReceivedAt: row.last_received_at,
  waitingSince: row.waiting_since,
});
