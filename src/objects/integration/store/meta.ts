/** Single values that the object remembers, in one table. */
import type { Sql } from "./sql.ts";

/** How many unverified deliveries have a row on a day. The day is the number of days since 1970. */
export interface UnverifiedRows {
  day: number;
  count: number;
}

/** How the two tables of dedup keys are used. Instants are Unix ms. */
export interface KeyTurn {
  /** The table that takes new entries: 0 or 1. */
  current: number;
  /** When it began to take them. */
  turnedAt: number;
  /** When every entry of the other table has expired. */
  previousUntil: number;
  /** The longest time, in ms, from saving an entry of the current table to its expiry. */
  longestMs: number;
}

export class MetaTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** How many schema steps the tables have had. */
  get schemaVersion(): number {
    return this.#get("schema_version", 0);
  }

  set schemaVersion(version: number) {
    this.#set("schema_version", version);
  }

  /** When the wait for the next delivery began, in Unix ms, if it did not begin with a delivery. */
  get waitingSince(): number {
    return this.#get("waiting_since", 0);
  }

  set waitingSince(time: number) {
    this.#set("waiting_since", time);
  }

  /** The `since` of the sharding whose state the object has taken over; 0: it never did. */
  get rebalancedSince(): number {
    return this.#get("rebalanced_since", 0);
  }

  set rebalancedSince(version: number) {
    this.#set("rebalanced_since", version);
  }

  get unverifiedRows(): UnverifiedRows {
    return this.#get("unverified_rows", { day: 0, count: 0 });
  }

  set unverifiedRows(rows: UnverifiedRows) {
    this.#set("unverified_rows", rows);
  }

  /** Null: no dedup key was saved yet. */
  get keyTurn(): KeyTurn | null {
    return this.#get<KeyTurn | null>("key_turn", null);
  }

  set keyTurn(turn: KeyTurn | null) {
    this.#set("key_turn", turn);
  }

  /** When expired state was last deleted, in Unix ms. */
  get purgedAt(): number {
    return this.#get("purged_at", 0);
  }

  set purgedAt(time: number) {
    this.#set("purged_at", time);
  }

  #get<T>(name: string, none: T): T {
    const row = this.#sql.first<{ value: string }>("SELECT value FROM meta WHERE name = ?", name);
    return row ? (JSON.parse(row.value) as T) : none;
  }

  #set(name: string, value: unknown): void {
    this.#sql.exec("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, JSON.stringify(value));
  }
}
