/**
 * Queries that every table needs, over the SQLite of a Durable Object, and the bound of a row. Knows no table and no
 * transaction.
 */

/**
 * Every row is smaller than this, in bytes of UTF-8. The platform's limit is 2 MB for a row, a text, a blob and a parameter.
 * https://developers.cloudflare.com/durable-objects/platform/limits/
 */
export const MAX_ROW_BYTES = 1_500_000;

/** See the limits above. */
const MAX_PARAMETERS = 100;

/** A JSON array of keys in one parameter. */
const MAX_KEYS_BYTES = 1_000_000;

type Columns = Record<string, SqlStorageValue>;

type Binding = SqlStorageValue | Uint8Array;

export class Sql {
  readonly #storage: SqlStorage;

  constructor(storage: SqlStorage) {
    this.#storage = storage;
  }

  /**
   * Runs a statement that writes at most one row, or only rows that are there already.
   * @returns the number of rows that it wrote
   * @throws when the row would be larger than MAX_ROW_BYTES
   */
  exec(query: string, ...bindings: Binding[]): number {
    assertRowSize(bindings);
    return this.#storage.exec(query, ...bindings).rowsWritten;
  }

  /** All rows of a SELECT. Reads to the end: an open cursor would lock the tables. */
  all<Row extends Columns>(query: string, ...bindings: SqlStorageValue[]): Row[] {
    return this.#storage.exec<Row>(query, ...bindings).toArray();
  }

  /** The only row of a SELECT that finds at most one. */
  first<Row extends Columns>(query: string, ...bindings: SqlStorageValue[]): Row | undefined {
    return this.all<Row>(query, ...bindings)[0];
  }

  /**
   * The rows with one of these keys, in no order.
   * @param query has one parameter, for a JSON array of keys
   */
  byKeys<Row extends Columns>(query: string, keys: readonly string[]): Row[] {
    return keyLists(keys).flatMap((list) => this.all<Row>(query, list));
  }

  /**
   * Inserts rows in as few statements as the limit of parameters allows.
   * @param into the statement up to VALUES
   * @throws when a row is larger than MAX_ROW_BYTES
   */
  insert(into: string, rows: readonly (readonly Binding[])[]): void {
    for (const row of rows) assertRowSize(row);
    const width = rows[0]?.length ?? 1;
    const tuple = `(${Array(width).fill("?").join(", ")})`;
    const size = Math.floor(MAX_PARAMETERS / width);
    for (let at = 0; at < rows.length; at += size) {
      const group = rows.slice(at, at + size);
      this.#storage.exec(`${into} VALUES ${group.map(() => tuple).join(", ")}`, ...group.flat());
    }
  }
}

/** The size of a text as UTF-8. */
export const utf8Size = (text: string): number => Buffer.byteLength(text);

function assertRowSize(row: readonly Binding[]): void {
  // A character has at most three bytes. Most rows need no exact measure.
  let atMost = 0;
  for (const value of row) {
    atMost += typeof value === "string" ? 3 * value.length : value instanceof Object ? value.byteLength : 8;
  }
  if (atMost < MAX_ROW_BYTES) return;
  let bytes = 0;
  for (const value of row) {
    bytes += typeof value === "string" ? utf8Size(value) : value instanceof Object ? value.byteLength : 8;
  }
  if (bytes >= MAX_ROW_BYTES) {
    throw new Error(`A row of ${bytes} bytes cannot be written. Split it into rows below ${MAX_ROW_BYTES} bytes.`);
  }
}

/** JSON arrays of keys, each small enough for a parameter. */
export function keyLists(keys: readonly string[]): string[] {
  const lists: string[][] = [];
  let room = 0;
  for (const key of keys) {
    // Escaped, a character has at most six bytes.
    const bytes = 6 * key.length + 3;
    if (bytes > room) {
      lists.push([]);
      room = MAX_KEYS_BYTES;
    }
    lists.at(-1)?.push(key);
    room -= bytes;
  }
  return lists.map((list) => JSON.stringify(list));
}
