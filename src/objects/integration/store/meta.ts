/** Single numbers that the object remembers, in one table. */
import { readTotals, type Totals, writeTotals } from "../totals.ts";
import type { Sql } from "./sql.ts";

/** A day and a count are one number. */
const COUNTS_PER_DAY = 1_000_000;

export class MetaTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** How many schema steps the tables have had. */
  get schemaVersion(): number {
    return this.#get("schema_version");
  }

  set schemaVersion(version: number) {
    this.#set("schema_version", version);
  }

  /** When the wait for the next delivery began, in Unix ms. */
  get waitingSince(): number {
    return this.#get("waiting_since");
  }

  set waitingSince(time: number) {
    this.#set("waiting_since", time);
  }

  /** The `since` of the sharding whose state the object has taken over; 0: it never did. */
  get rebalancedSince(): number {
    return this.#get("rebalanced_since");
  }

  set rebalancedSince(version: number) {
    this.#set("rebalanced_since", version);
  }

  /** How many unverified deliveries have a row on a day. The day is the number of days since 1970. */
  get unverifiedRows(): { day: number; count: number } {
    const value = this.#get("unverified_rows");
    return { day: Math.floor(value / COUNTS_PER_DAY), count: value % COUNTS_PER_DAY };
  }

  set unverifiedRows({ day, count }: { day: number; count: number }) {
    this.#set("unverified_rows", day * COUNTS_PER_DAY + count);
  }

  /** The last row number and the totals, as saved by `saveProgress`. */
  progress(): { lastRow: number; totals: Totals } {
    type Columns = { value: number; totals: string | null };
    const row = this.#sql.first<Columns>("SELECT value, totals FROM meta WHERE name = 'last_row'");
    return { lastRow: row?.value ?? 0, totals: readTotals(row?.totals) };
  }

  /** Saves the last row number and the totals, because an empty outbox does not hold them. */
  saveProgress(lastRow: number, totals: Totals): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO meta (name, value, totals) VALUES ('last_row', ?, ?)",
      lastRow,
      writeTotals(totals),
    );
  }

  #get(name: string): number {
    return this.#sql.first<{ value: number }>("SELECT value FROM meta WHERE name = ?", name)?.value ?? 0;
  }

  #set(name: string, value: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value);
  }
}
