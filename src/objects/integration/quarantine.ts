/** Rows that Postgres refused for their data: they wait for somebody to try them again, or to give them up. */
import type { QuarantinedRowDetail, QuarantinedRow } from "./rpc.ts";

type Columns = {
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

/** The table of an integration's rows that stand aside, for people; the store moves rows there and back. */
export class Quarantine {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Rows from behind this one on, the oldest first. */
  list(after: number, limit: number): QuarantinedRow[] {
    return [
      ...this.#sql.exec<Columns>("SELECT * FROM quarantine WHERE row > ? ORDER BY row LIMIT ?", after, limit),
    ].map(describe);
  }

  /** All that a row holds; null: there is no such row. */
  get(row: number): QuarantinedRowDetail | null {
    const found = this.#one(row);
    return found
      ? {
          ...describe(found),
          delivery: found.delivery,
          alerts: found.alerts,
          events: found.events,
          body: found.body === null ? null : new Uint8Array(found.body),
        }
      : null;
  }

  /** Gives a row up. Returns what it was; null: there is no such row. */
  discard(row: number): QuarantinedRow | null {
    const found = this.#one(row);
    if (!found) return null;
    this.#sql.exec("DELETE FROM quarantine WHERE row = ?", row);
    return describe(found);
  }

  #one(row: number): Columns | undefined {
    return this.#sql.exec<Columns>("SELECT * FROM quarantine WHERE row = ?", row).next().value;
  }
}

const describe = ({ row, accepted_at, bytes, delivery, alerts, error, quarantined_at }: Columns): QuarantinedRow => ({
  row,
  deliveryId: delivery === null ? null : (JSON.parse(delivery) as { id: string }).id,
  alertIds: (JSON.parse(`[${alerts}]`) as { id: string }[]).map(({ id }) => id),
  error,
  bytes,
  acceptedAt: accepted_at,
  quarantinedAt: quarantined_at,
});
