/** Entries that Postgres rejected for their data, each with its own body. A very large one has several rows. */
import { countWithin, joinBytes, splitBytes, splitText } from "./pieces.ts";
import type { Sql } from "./sql.ts";

/** A quarantined entry. Instants are Unix ms. */
export interface QuarantinedEntry {
  /** The sequence of the entry in the outbox. */
  row: number;
  acceptedAt: number;
  quarantinedAt: number;
  bytes: number;
  /** SQLSTATE and message of Postgres. */
  error: string;
  /** JSON of EntryJson; `body.at` is 0. */
  entry: string;
  body: Uint8Array;
}

type Columns = {
  row: number;
  piece: number;
  accepted_at: number;
  quarantined_at: number;
  bytes: number;
  error: string;
  entry: string;
  body: ArrayBuffer | null;
};

export class QuarantineTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  count(): number {
    return this.#sql.first<{ rows: number }>("SELECT count(*) AS rows FROM quarantine WHERE piece = 0")?.rows ?? 0;
  }

  /** The oldest entries first, without their bodies. @param after the row of the last entry of the page before */
  list(after: number, limit: number): QuarantinedEntry[] {
    const query = `SELECT row, piece, accepted_at, quarantined_at, bytes, error, entry, NULL AS body FROM quarantine
      WHERE row IN (SELECT row FROM quarantine WHERE row > ? AND piece = 0 ORDER BY row LIMIT ?) ORDER BY row, piece`;
    return joined(this.#sql.all<Columns>(query, after, limit));
  }

  /** The same with their bodies. @param maxBytes their sum; the first entry may be larger */
  page(after: number, limit: number, maxBytes: number): QuarantinedEntry[] {
    type Size = { row: number; bytes: number };
    const query = "SELECT row, bytes FROM quarantine WHERE row > ? AND piece = 0 ORDER BY row LIMIT ?";
    const sizes = this.#sql.all<Size>(query, after, limit);
    const count = countWithin(
      sizes.map(({ bytes }) => bytes),
      maxBytes,
    );
    const last = sizes[count - 1];
    if (!last) return [];
    const rows = "SELECT * FROM quarantine WHERE row > ? AND row <= ? ORDER BY row, piece";
    return joined(this.#sql.all<Columns>(rows, after, last.row));
  }

  get(row: number): QuarantinedEntry | undefined {
    return joined(this.#sql.all<Columns>("SELECT * FROM quarantine WHERE row = ? ORDER BY piece", row))[0];
  }

  add({ row, acceptedAt, quarantinedAt, bytes, error, entry, body }: QuarantinedEntry): void {
    const pieces = [
      ...splitText(entry).map((text) => ({ text, part: null })),
      ...splitBytes(body).map((part) => ({ text: "", part })),
    ];
    for (const [piece, { text, part }] of pieces.entries()) {
      this.#sql.exec(
        `INSERT OR REPLACE INTO quarantine (row, piece, accepted_at, quarantined_at, bytes, error, entry, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        row,
        piece,
        acceptedAt,
        quarantinedAt,
        bytes,
        error,
        text,
        part,
      );
    }
  }

  delete(row: number): void {
    this.#sql.exec("DELETE FROM quarantine WHERE row = ?", row);
  }
}

function joined(rows: readonly Columns[]): QuarantinedEntry[] {
  return [...Map.groupBy(rows, ({ row }) => row).values()].flatMap((pieces) => {
    const [first] = pieces;
    if (!first) return [];
    return {
      row: first.row,
      acceptedAt: first.accepted_at,
      quarantinedAt: first.quarantined_at,
      bytes: first.bytes,
      error: first.error,
      entry: pieces.map(({ entry }) => entry).join(""),
      body: joinBytes(pieces.flatMap(({ body }) => (body === null ? [] : [new Uint8Array(body)]))),
    };
  });
}
