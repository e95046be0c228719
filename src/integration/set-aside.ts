/** Rows that Postgres refused for their data: they wait for somebody to try them again, or to give them up. */
import type { SetAsideRecord, SetAsideRow } from "./messages.ts";

type Columns = {
  row: number;
  accepted_at: number;
  bytes: number;
  delivery: string | null;
  alerts: string;
  events: string;
  body: ArrayBuffer | null;
  error: string;
  set_aside_at: number;
};

/** The table of an integration's rows that stand aside, for people; the store moves rows there and back. */
export class SetAside {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Rows from behind this one on, the oldest first. */
  list(after: number, limit: number): SetAsideRow[] {
    return [...this.#sql.exec<Columns>("SELECT * FROM set_aside WHERE row > ? ORDER BY row LIMIT ?", after, limit)].map(
      describe,
    );
  }

  /** All that a row holds; null: there is no such row. */
  get(row: number): SetAsideRecord | null {
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
  discard(row: number): SetAsideRow | null {
    const found = this.#one(row);
    if (!found) return null;
    this.#sql.exec("DELETE FROM set_aside WHERE row = ?", row);
    return describe(found);
  }

  #one(row: number): Columns | undefined {
    return this.#sql.exec<Columns>("SELECT * FROM set_aside WHERE row = ?", row).next().value;
  }
}

const describe = ({ row, accepted_at, bytes, delivery, alerts, error, set_aside_at }: Columns): SetAsideRow => ({
  row,
  deliveryId: delivery === null ? null : (JSON.parse(delivery) as { id: string }).id,
  alertIds: (JSON.parse(`[${alerts}]`) as { id: string }[]).map(({ id }) => id),
  error,
  bytes,
  acceptedAt: accepted_at,
  setAsideAt: set_aside_at,
});
