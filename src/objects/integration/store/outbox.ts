/**
 * Chunks on their way to Postgres, and the totals that travel with them. A chunk is one row; a chunk of one very large
 * delivery continues in the rows behind it. The newest row stays when its chunk is removed, emptied, because it holds the
 * last sequence and the totals; the next chunk takes its place.
 * Counts in memory: `Store.atomically` restores these counters when it rolls back. Sends nothing: see flush.ts.
 */
import type { Chunk } from "../../../db/chunk.ts";
import type { SizedChunk } from "../chunk-builder.ts";
import { addTotals, NO_TOTALS, readTotals, type Totals, writeTotals } from "../totals.ts";
import { joinBytes, splitBytes, splitText } from "./pieces.ts";
import { MAX_ROW_BYTES, type Sql } from "./sql.ts";

/** At this size the outbox is full: the object replies "overloaded". */
const HIGH_WATER_ROWS = 500_000;
const HIGH_WATER_BYTES = 512 * 1024 * 1024;

/** When to try again while the outbox is full. */
export const FULL_RETRY_AFTER_SECONDS = 30;

/** The most chunks that are read at once. */
const MAX_CHUNKS = 1000;

/** The other columns of a row. */
const ROW_OVERHEAD = 1000;

/** A chunk of the outbox. */
export interface OutboxChunk extends Chunk {
  /** The first and the last row that hold it. */
  firstKey: number;
  lastKey: number;
  /** Of `entries` and `bodies`. */
  bytes: number;
  /** The sequence of its last entry. Its entries have rising sequences without a gap. */
  lastSequence: number;
  /** When it was accepted, in Unix ms. */
  acceptedAt: number;
}

/** The part of the outbox that is kept in memory. */
export interface OutboxCounters {
  /** The key of the newest row; 0: the table is empty. */
  lastKey: number;
  lastSequence: number;
  /** Entries in the outbox, and their bytes. */
  rows: number;
  bytes: number;
  totals: Totals;
}

type Columns = {
  key: number;
  piece: number;
  accepted_at: number;
  last_sequence: number;
  rows: number;
  bytes: number;
  entries: string;
  bodies: ArrayBuffer | null;
};

const INSERT = `INSERT OR REPLACE INTO outbox
  (key, piece, accepted_at, last_sequence, rows, bytes, totals, entries, bodies) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export class OutboxTable {
  readonly #sql: Sql;
  #counters: OutboxCounters = { lastKey: 0, lastSequence: 0, rows: 0, bytes: 0, totals: NO_TOTALS };

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Reads the counters when the object wakes. */
  load(): void {
    type Sums = { rows: number; bytes: number };
    const sums = this.#sql.first<Sums>("SELECT total(rows) AS rows, total(bytes) AS bytes FROM outbox");
    type Newest = { key: number; last_sequence: number; totals: string };
    const newest = this.#sql.first<Newest>("SELECT key, last_sequence, totals FROM outbox ORDER BY key DESC LIMIT 1");
    this.#counters = {
      lastKey: newest?.key ?? 0,
      lastSequence: newest?.last_sequence ?? 0,
      rows: sums?.rows ?? 0,
      bytes: sums?.bytes ?? 0,
      totals: readTotals(newest?.totals),
    };
  }

  get counters(): OutboxCounters {
    return this.#counters;
  }

  /** Restores counters after a rollback. */
  restore(counters: OutboxCounters): void {
    this.#counters = counters;
  }

  /** Entries in the outbox. */
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

  /** The highest sequence of an entry ever. Sequences strictly rise as long as the object lives. */
  get lastSequence(): number {
    return this.#counters.lastSequence;
  }

  /**
   * Continues the sequences after those of another shard, so that the decisions on an alert have rising sequences after the
   * alert moved here.
   */
  raiseLastSequence(sequence: number): void {
    if (sequence <= this.lastSequence) return;
    this.#count({ lastSequence: sequence });
    this.#saveProgress();
  }

  /** When the oldest chunk was accepted, in Unix ms; null: the outbox is empty. */
  oldestAcceptedAt(): number | null {
    if (this.rows === 0) return null;
    const query = "SELECT accepted_at FROM outbox ORDER BY key LIMIT 1";
    return this.#sql.first<{ accepted_at: number }>(query)?.accepted_at ?? null;
  }

  /** Appends chunks. @param counted the counts of their deliveries for the totals @param now Unix ms */
  append(chunks: readonly SizedChunk[], now: number, counted: Partial<Totals> = {}): void {
    if (chunks.length === 0) return;
    const totals = addTotals(this.totals, counted);
    const totalsText = writeTotals(totals);
    let { lastKey, lastSequence, rows, bytes } = this.#counters;
    for (const chunk of chunks) {
      lastSequence += chunk.rows;
      for (const [piece, { entries, bodies }] of piecesOf(chunk).entries()) {
        // The emptied row of the last chunk makes room for this one.
        const isReplacing = rows === 0 && piece === 0 && lastKey > 0;
        if (!isReplacing) lastKey++;
        const isFirst = piece === 0;
        const counts = [isFirst ? chunk.rows : 0, isFirst ? chunk.bytes : 0];
        this.#sql.exec(INSERT, lastKey, piece, now, lastSequence, ...counts, totalsText, entries, bodies);
      }
      rows += chunk.rows;
      bytes += chunk.bytes;
    }
    this.#counters = { lastKey, lastSequence, rows, bytes, totals };
  }

  /** Adds counts of deliveries without an entry to the totals. */
  saveTotals(counted: Partial<Totals>): void {
    this.#count({ totals: addTotals(this.totals, counted) });
    this.#saveProgress();
  }

  /** The oldest chunks. @param maxBytes their sum; the first chunk may be larger */
  nextChunks(maxBytes: number): OutboxChunk[] {
    if (this.rows === 0) return [];
    type Size = { key: number; bytes: number };
    const query = "SELECT key, bytes FROM outbox WHERE piece = 0 ORDER BY key LIMIT ?";
    const sizes = this.#sql.all<Size>(query, MAX_CHUNKS + 1);
    let sum = 0;
    const next = sizes.find(({ bytes }, index) => (sum += bytes) > maxBytes && index > 0) ?? sizes[MAX_CHUNKS];
    return this.#read(next ? next.key - 1 : this.#counters.lastKey);
  }

  /** Removes the oldest chunks. @param chunks as `nextChunks` returned them, from the first on */
  remove(chunks: readonly OutboxChunk[]): void {
    const last = chunks.at(-1);
    if (!last) return;
    const isEmpty = last.lastKey === this.#counters.lastKey;
    if (!isEmpty || last.lastKey > (chunks[0]?.firstKey ?? 0)) {
      this.#sql.exec("DELETE FROM outbox WHERE key < ?", isEmpty ? last.lastKey : last.lastKey + 1);
    }
    if (isEmpty) {
      this.#sql.exec(
        "UPDATE outbox SET piece = 0, rows = 0, bytes = 0, entries = '', bodies = NULL WHERE key = ?",
        last.lastKey,
      );
    }
    this.#count({
      rows: chunks.reduce((left, chunk) => left - chunk.rows, this.rows),
      bytes: chunks.reduce((left, chunk) => left - chunk.bytes, this.bytes),
    });
  }

  /** The chunks up to a row. */
  #read(lastKey: number): OutboxChunk[] {
    const rows = this.#sql.all<Columns>("SELECT * FROM outbox WHERE key <= ? ORDER BY key", lastKey);
    const chunks: { first: Columns; pieces: Columns[] }[] = [];
    for (const row of rows) {
      if (row.piece === 0) chunks.push({ first: row, pieces: [row] });
      else chunks.at(-1)?.pieces.push(row);
    }
    return chunks.map(({ first, pieces }) => ({
      firstKey: first.key,
      lastKey: first.key + pieces.length - 1,
      acceptedAt: first.accepted_at,
      lastSequence: first.last_sequence,
      rows: first.rows,
      bytes: first.bytes,
      entries: pieces.map(({ entries }) => entries).join(""),
      bodies: joinBytes(pieces.flatMap(({ bodies }) => (bodies === null ? [] : [new Uint8Array(bodies)]))),
    }));
  }

  /** Saves the last sequence and the totals in the newest row. */
  #saveProgress(): void {
    const { lastKey, lastSequence, totals } = this.#counters;
    if (lastKey === 0) {
      this.#sql.exec(INSERT, 1, 0, 0, lastSequence, 0, 0, writeTotals(totals), "", null);
      this.#count({ lastKey: 1 });
      return;
    }
    this.#sql.exec(
      "UPDATE outbox SET last_sequence = ?, totals = ? WHERE key = ?",
      lastSequence,
      writeTotals(totals),
      lastKey,
    );
  }

  #count(changed: Partial<OutboxCounters>): void {
    this.#counters = { ...this.#counters, ...changed };
  }
}

/** The parts of a chunk that fit into a row each. */
function piecesOf({ entries, bodies, bytes }: SizedChunk): { entries: string; bodies: Uint8Array | null }[] {
  if (bytes + ROW_OVERHEAD < MAX_ROW_BYTES) return [{ entries, bodies: bodies.length === 0 ? null : bodies }];
  return [
    ...splitText(entries).map((text) => ({ entries: text, bodies: null })),
    ...splitBytes(bodies).map((part) => ({ entries: "", bodies: part })),
  ];
}
