/**
 * Rows on their way to Postgres, and the totals that travel with them. Counts rows and bytes in memory: `Store.atomically`
 * restores these counters when it rolls back. Sends nothing: see flush.ts.
 */
import type { BatchRow, BodyKind } from "../../../db/write-batch.ts";
import { entrySize } from "../row-json.ts";
import { addTotals, laterTotals, NO_TOTALS, readTotals, type Totals, writeTotals } from "../totals.ts";
import type { MetaTable } from "./meta.ts";
import type { Sql } from "./sql.ts";

/** At this size the outbox is full: the object replies "overloaded". */
const HIGH_WATER_ROWS = 500_000;
const HIGH_WATER_BYTES = 512 * 1024 * 1024;

/** When to try again while the outbox is full. */
export const FULL_RETRY_AFTER_SECONDS = 30;

/** The size of a batch. A Neon request may have 10 MB, and text grows when it is escaped. */
const MAX_BATCH_ROWS = 1000;
const MAX_BATCH_BYTES = 2_000_000;

export interface OutboxRow extends BatchRow {
  row: number;
}

/** The part of the outbox that is kept in memory. */
export interface OutboxCounters {
  lastRow: number;
  rows: number;
  bytes: number;
  totals: Totals;
}

type Columns = {
  row: number;
  bytes: number;
  delivery: string | null;
  alerts: string;
  events: string;
  seen: string;
  body_kind: BodyKind;
  body: ArrayBuffer | null;
};

export class OutboxTable {
  readonly #sql: Sql;
  readonly #meta: MetaTable;
  #counters: OutboxCounters = { lastRow: 0, rows: 0, bytes: 0, totals: NO_TOTALS };

  constructor(sql: Sql, meta: MetaTable) {
    this.#sql = sql;
    this.#meta = meta;
  }

  /** Reads the counters when the object wakes. */
  load(): void {
    type Sums = { rows: number; bytes: number; last: number | null };
    const sums = this.#sql.first<Sums>("SELECT count(*) AS rows, total(bytes) AS bytes, max(row) AS last FROM outbox");
    const newest = this.#sql.first<{ totals: string | null }>("SELECT totals FROM outbox ORDER BY row DESC LIMIT 1");
    const saved = this.#meta.progress();
    this.#counters = {
      lastRow: Math.max(saved.lastRow, sums?.last ?? 0),
      rows: sums?.rows ?? 0,
      bytes: sums?.bytes ?? 0,
      totals: laterTotals(saved.totals, readTotals(newest?.totals)),
    };
  }

  get counters(): OutboxCounters {
    return this.#counters;
  }

  /** Restores counters after a rollback. */
  restore(counters: OutboxCounters): void {
    this.#counters = counters;
  }

  get rows(): number {
    return this.#counters.rows;
  }

  get bytes(): number {
    return this.#counters.bytes;
  }

  /** Deliveries decided ever, by their result. */
  get totals(): Totals {
    return this.#counters.totals;
  }

  get isFull(): boolean {
    return this.rows >= HIGH_WATER_ROWS || this.bytes >= HIGH_WATER_BYTES;
  }

  /** The highest row number ever used. Numbers strictly rise as long as the object lives. */
  get lastRow(): number {
    return this.#counters.lastRow;
  }

  /**
   * Continues the numbers after those of another shard, so that the decisions on an alert have rising numbers after the
   * alert moved here.
   */
  raiseLastRow(row: number): void {
    if (row <= this.lastRow) return;
    this.#count({ lastRow: row });
    this.#saveProgress();
  }

  /** When the oldest row was accepted, in Unix ms; null: the outbox is empty. */
  oldestAcceptedAt(): number | null {
    if (this.rows === 0) return null;
    const query = "SELECT accepted_at FROM outbox ORDER BY row LIMIT 1";
    return this.#sql.first<{ accepted_at: number }>(query)?.accepted_at ?? null;
  }

  /** Appends rows. @param counted the counts of their deliveries for the totals */
  append(entries: readonly BatchRow[], now: number, counted: Partial<Totals> = {}): void {
    const { lastRow, rows, bytes } = this.#counters;
    const totals = addTotals(this.totals, counted);
    const sizes = entries.map(entrySize);
    this.#sql.insert(
      "INSERT INTO outbox (row, accepted_at, bytes, delivery, alerts, events, seen, body_kind, body, totals)",
      entries.map(({ delivery, alerts, events, seen, bodyKind, body }, index) => [
        lastRow + 1 + index,
        now,
        sizes[index] ?? 0,
        delivery,
        alerts,
        events,
        seen,
        bodyKind,
        body,
        index === entries.length - 1 ? writeTotals(totals) : null,
      ]),
    );
    this.#count({
      lastRow: lastRow + entries.length,
      rows: rows + entries.length,
      bytes: sizes.reduce((sum, size) => sum + size, bytes),
      totals,
    });
  }

  /** Adds counts of deliveries without a row to the totals. */
  saveTotals(counted: Partial<Totals>): void {
    this.#count({ totals: addTotals(this.totals, counted) });
    this.#saveProgress();
  }

  /** Appends quarantined rows under new numbers. @param row one row; null: all @returns how many */
  appendQuarantined(row: number | null, now: number): number {
    const { lastRow } = this;
    this.#sql.exec(
      `INSERT INTO outbox (row, accepted_at, bytes, delivery, alerts, events, seen, body_kind, body)
       SELECT ?1 + row_number() OVER (ORDER BY row), ?2, bytes, delivery, alerts, events, seen, body_kind, body
       FROM quarantine WHERE ?3 IS NULL OR row = ?3`,
      lastRow,
      now,
      row,
    );
    const appended = this.#sumsOf(lastRow + 1, Number.MAX_SAFE_INTEGER);
    this.#count({
      lastRow: lastRow + appended.rows,
      rows: this.rows + appended.rows,
      bytes: this.bytes + appended.bytes,
    });
    // The newest row of the outbox has no totals now.
    this.#saveProgress();
    return appended.rows;
  }

  /** The oldest rows that fit into a batch. */
  nextBatch(): OutboxRow[] {
    const batch: OutboxRow[] = [];
    let bytes = 0;
    for (const row of this.#sql.exec<Columns>("SELECT * FROM outbox ORDER BY row LIMIT ?", MAX_BATCH_ROWS)) {
      bytes += row.bytes;
      if (batch.length > 0 && bytes > MAX_BATCH_BYTES) break;
      batch.push({
        row: row.row,
        delivery: row.delivery,
        alerts: row.alerts,
        events: row.events,
        seen: row.seen,
        bodyKind: row.body_kind,
        body: row.body === null ? null : new Uint8Array(row.body),
      });
    }
    return batch;
  }

  /** Removes rows from the first to the last of a batch. No other rows are between them. */
  remove(batch: readonly OutboxRow[]): void {
    const [first, last] = [batch[0], batch.at(-1)];
    if (!first || !last) return;
    const removed = this.#sumsOf(first.row, last.row);
    this.#sql.exec("DELETE FROM outbox WHERE row BETWEEN ? AND ?", first.row, last.row);
    this.#count({ rows: this.rows - removed.rows, bytes: this.bytes - removed.bytes });
    this.#saveProgress();
  }

  #sumsOf(first: number, last: number): { rows: number; bytes: number } {
    const query = "SELECT count(*) AS rows, total(bytes) AS bytes FROM outbox WHERE row BETWEEN ? AND ?";
    return this.#sql.first(query, first, last) ?? { rows: 0, bytes: 0 };
  }

  #saveProgress(): void {
    this.#meta.saveProgress(this.lastRow, this.totals);
  }

  #count(changed: Partial<OutboxCounters>): void {
    this.#counters = { ...this.#counters, ...changed };
  }
}
