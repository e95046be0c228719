/** Queries that every table needs, over the SQLite of a Durable Object. Knows no table and no transaction. */

/** https://developers.cloudflare.com/durable-objects/platform/limits/ */
const MAX_PARAMETERS = 100;

type Columns = Record<string, SqlStorageValue>;

export class Sql {
  readonly #storage: SqlStorage;

  constructor(storage: SqlStorage) {
    this.#storage = storage;
  }

  /** Runs a statement. The rows of a SELECT are read as they are iterated. */
  exec<Row extends Columns>(query: string, ...bindings: (SqlStorageValue | Uint8Array)[]): SqlStorageCursor<Row> {
    return this.#storage.exec<Row>(query, ...bindings);
  }

  /** All rows of a SELECT. */
  all<Row extends Columns>(query: string, ...bindings: SqlStorageValue[]): Row[] {
    return [...this.exec<Row>(query, ...bindings)];
  }

  /** The first row of a SELECT. */
  first<Row extends Columns>(query: string, ...bindings: SqlStorageValue[]): Row | undefined {
    return this.exec<Row>(query, ...bindings).next().value;
  }

  /** The rows with one of these keys, in no order. */
  byKeys<Row extends Columns>(table: string, column: string, keys: readonly string[]): Row[] {
    return chunksOf(MAX_PARAMETERS, keys).flatMap((chunk) =>
      this.all<Row>(`SELECT * FROM ${table} WHERE ${column} IN (${placeholders(chunk.length)})`, ...chunk),
    );
  }

  /** Inserts rows in as few statements as the limit of parameters allows. @param into the statement up to VALUES */
  insert(into: string, rows: readonly (SqlStorageValue | Uint8Array)[][]): void {
    const width = rows[0]?.length ?? 1;
    const tuple = `(${placeholders(width)})`;
    for (const chunk of chunksOf(Math.floor(MAX_PARAMETERS / width), rows)) {
      this.exec(`${into} VALUES ${chunk.map(() => tuple).join(", ")}`, ...chunk.flat());
    }
  }
}

const placeholders = (count: number): string => Array(count).fill("?").join(", ");

const chunksOf = <T>(size: number, items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
