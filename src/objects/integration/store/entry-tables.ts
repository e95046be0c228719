/**
 * Entries under text keys, which all expire, in two tables that take turns. New entries go into the current table. When every
 * entry of the other one has expired, it is dropped and recreated, and becomes the current one: forgetting an entry costs no
 * write. Replays are remembered for longer, in a table of their own.
 * Keeps the turn in memory: `Store.atomically` restores it when it rolls back. Does not know the content of entries: see dedup-keys.ts.
 */
import { MINUTE } from "../../../lib/time.ts";
import type { KeyTurn, MetaTable } from "./meta.ts";
import { countWithin, MAX_PIECE_BYTES, splitText } from "./pieces.ts";
import { entryTable } from "./schema.ts";
import type { Sql } from "./sql.ts";

/** An entry to save. */
export interface Entry {
  key: string;
  /** Unix ms. */
  keepUntil: number;
  /** JSON. */
  json: string;
}

/** The least age of a table before the other one takes its place, so that every entry stays at least this long. */
export const MIN_KEEP_MS = 10 * MINUTE;

/** The rows of one INSERT are one parameter. */
const MAX_INSERT_CHARACTERS = Math.floor(MAX_PIECE_BYTES / 3);

const TABLES = ["dedup_keys_0", "dedup_keys_1"] as const;
const REPLAYS = "replay_keys";

/** Whether a key is that of a replay. It may begin with a partition. */
export const isReplayKey = (key: string): boolean => /^(?:[0-9a-f]\|)?key:replay:/.test(key);

type Columns = { key: string; piece: number; pieces: number; entry: string };

const FIND = `SELECT key, piece, pieces, entry FROM`;
const AMONG = `WHERE key IN (SELECT value FROM json_each(?1))`;

/** The current table comes last, so that its entries win. */
const GET = [1, 0].map(
  (previous) => `${FIND} ${TABLES[previous]} ${AMONG} UNION ALL ${FIND} ${TABLES[1 - previous]} ${AMONG}`,
);

const PAGE = `${[...TABLES, REPLAYS]
  .map((table) => `SELECT key FROM ${table} WHERE key > ?1 AND key < ?2 AND keep_until > ?3`)
  .join(" UNION ")} ORDER BY key LIMIT ?4`;

const NO_TURN: KeyTurn = { current: 0, turnedAt: 0, previousUntil: 0, longestMs: 0 };

export class EntryTables {
  readonly #sql: Sql;
  readonly #meta: MetaTable;
  #turn: KeyTurn = NO_TURN;

  constructor(sql: Sql, meta: MetaTable) {
    this.#sql = sql;
    this.#meta = meta;
  }

  /** Reads the turn when the object wakes. */
  load(): void {
    this.#turn = this.#meta.keyTurn ?? NO_TURN;
  }

  get turn(): KeyTurn {
    return this.#turn;
  }

  /** Restores the turn after a rollback. */
  restore(turn: KeyTurn): void {
    this.#turn = turn;
  }

  /** The JSON of the entries under these keys. */
  get(keys: readonly string[]): Map<string, string> {
    const [replays, others] = partition(keys, isReplayKey);
    const found = joined(this.#sql.byKeys<Columns>(GET[this.#turn.current] ?? "", others));
    if (replays.length === 0) return found;
    return new Map([...found, ...joined(this.#sql.byKeys<Columns>(`${FIND} ${REPLAYS} ${AMONG}`, replays))]);
  }

  /**
   * Entries in the order of their keys, without expired ones.
   * @param after keys up to this one are left out
   * @param before keys from this one on are left out
   * @param limit how many at most
   * @param maxSize of their JSON together, in characters; one entry may be larger
   * @param now Unix ms
   */
  page(after: string, before: string, limit: number, maxSize: number, now: number): [string, string][] {
    const all = this.#sql.all<{ key: string }>(PAGE, after, before, now, limit).map(({ key }) => key);
    const sizes = this.#sizesOf(all);
    const count = countWithin(
      all.map((key) => sizes.get(key) ?? 0),
      maxSize,
    );
    const keys = all.slice(0, count);
    const found = this.get(keys);
    return keys.map((key) => [key, found.get(key) ?? ""]);
  }

  /** Saves entries, in place of those with the same keys. @param now Unix ms */
  save(entries: readonly Entry[], now: number): void {
    if (entries.length === 0) return;
    const [replays, others] = partition(entries, ({ key }) => isReplayKey(key));
    this.#insert(REPLAYS, replays);
    if (others.length === 0) return;
    this.#takeTurn(others, now);
    this.#insert(TABLES[this.#turn.current] ?? "", others);
  }

  /** Deletes the entries whose keys have a prefix. */
  deleteAll(prefix: string): void {
    for (const table of [...TABLES, REPLAYS]) {
      this.#sql.exec(`DELETE FROM ${table} WHERE key >= ?1 AND key < ?1 || char(0x10ffff)`, prefix);
    }
  }

  /** Deletes expired entries of replays. */
  purge(now: number): void {
    this.#sql.exec(`DELETE FROM ${REPLAYS} WHERE keep_until <= ?`, now);
  }

  /** About the size of the entries under these keys, in characters: an entry may be in several tables. */
  #sizesOf(keys: readonly string[]): Map<string, number> {
    const sizes = new Map<string, number>();
    for (const table of [...TABLES, REPLAYS]) {
      const query = `SELECT key, length(entry) AS size FROM ${table} ${AMONG}`;
      for (const { key, size } of this.#sql.byKeys<{ key: string; size: number }>(query, keys)) {
        sizes.set(key, (sizes.get(key) ?? 0) + size);
      }
    }
    return sizes;
  }

  /** Swaps the tables if the other one has expired, and notes how long these entries are kept. */
  #takeTurn(entries: readonly Entry[], now: number): void {
    const { turnedAt, previousUntil } = this.#turn;
    let turn = this.#turn;
    if (turnedAt === 0) turn = { ...turn, turnedAt: now };
    else if (now >= turnedAt + MIN_KEEP_MS && now >= previousUntil) {
      const current = 1 - turn.current;
      const table = TABLES[current] ?? "";
      this.#sql.exec(`DROP TABLE ${table}`);
      this.#sql.exec(entryTable(table));
      turn = { current, turnedAt: now, previousUntil: now + turn.longestMs, longestMs: 0 };
    }
    const longestMs = entries.reduce((longest, { keepUntil }) => Math.max(longest, keepUntil - now), turn.longestMs);
    if (longestMs > turn.longestMs) turn = { ...turn, longestMs };
    if (turn === this.#turn) return;
    this.#turn = turn;
    this.#meta.keyTurn = turn;
  }

  #insert(table: string, entries: readonly Entry[]): void {
    let rows: string[] = [];
    let characters = 0;
    const flush = () => {
      if (rows.length === 0) return;
      this.#sql.exec(
        `INSERT OR REPLACE INTO ${table} (key, piece, pieces, keep_until, entry)
         SELECT value ->> 0, 0, 1, value ->> 1, value -> 2 FROM json_each(?)`,
        `[${rows.join(",")}]`,
      );
      rows = [];
      characters = 0;
    };
    for (const entry of entries) {
      if (entry.json.length > MAX_INSERT_CHARACTERS / 2) {
        this.#insertPieces(table, entry);
        continue;
      }
      const row = `[${JSON.stringify(entry.key)},${entry.keepUntil},${entry.json}]`;
      if (characters + row.length > MAX_INSERT_CHARACTERS) flush();
      rows.push(row);
      characters += row.length;
    }
    flush();
  }

  #insertPieces(table: string, { key, keepUntil, json }: Entry): void {
    const pieces = splitText(json);
    for (const [piece, text] of pieces.entries()) {
      this.#sql.exec(
        `INSERT OR REPLACE INTO ${table} (key, piece, pieces, keep_until, entry) VALUES (?, ?, ?, ?, ?)`,
        key,
        piece,
        pieces.length,
        keepUntil,
        text,
      );
    }
  }
}

/**
 * Puts the pieces of entries together. The pieces of an entry come in order; a later entry replaces an earlier one with the
 * same key.
 */
function joined(rows: readonly Columns[]): Map<string, string> {
  const found = new Map<string, string>();
  let open = { key: "", pieces: 0, texts: [] as string[] };
  for (const { key, piece, pieces, entry } of rows) {
    if (piece === 0) open = { key, pieces, texts: [entry] };
    // Any other piece is left from an earlier, longer entry.
    else if (key === open.key && pieces === open.pieces && piece === open.texts.length) open.texts.push(entry);
    else continue;
    if (open.texts.length === pieces) found.set(key, pieces === 1 ? entry : open.texts.join(""));
  }
  return found;
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}
