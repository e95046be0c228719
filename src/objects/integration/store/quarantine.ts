/** Outbox rows that Postgres rejected for their data. */
import type { Sql } from "./sql.ts";

export type QuarantineColumns = {
  row: number;
  accepted_at: number;
  bytes: number;
  delivery: string | null;
  alerts: string;
  events: string;
  body: ArrayBuffer | null;
  error: string;
  quarantined_at: number;
};

export class QuarantineTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  count(): number {
    return this.#sql.first<{ rows: number }>("SELECT count(*) AS rows FROM quarantine")?.rows ?? 0;
  }

  /** The oldest rows first. @param after the last row of the page before */
  page(after: number, limit: number): QuarantineColumns[] {
    return this.#sql.all<QuarantineColumns>(
      "SELECT * FROM quarantine WHERE row > ? ORDER BY row LIMIT ?",
      after,
      limit,
    );
  }

  get(row: number): QuarantineColumns | undefined {
    return this.#sql.first<QuarantineColumns>("SELECT * FROM quarantine WHERE row = ?", row);
  }

  /** Copies a row of the outbox. @param error SQLSTATE and message of Postgres */
  copyFromOutbox(row: number, error: string, now: number): void {
    this.#sql.exec(
      `INSERT INTO quarantine
         (row, accepted_at, bytes, delivery, alerts, events, seen, body_kind, body, error, quarantined_at)
       SELECT row, accepted_at, bytes, delivery, alerts, events, seen, body_kind, body, ?, ? FROM outbox WHERE row = ?`,
      error,
      now,
      row,
    );
  }

  /** Deletes a row; null: all. */
  delete(row: number | null): void {
    this.#sql.exec("DELETE FROM quarantine WHERE ?1 IS NULL OR row = ?1", row);
  }
}
