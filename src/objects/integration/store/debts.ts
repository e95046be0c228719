/** Debts: notifications that a reader of the timeline did not acknowledge. One row for each reader. */
import type { Reader } from "../../writer/rpc.ts";
import type { Sql } from "./sql.ts";

export interface Debt {
  reader: Reader;
  /** There are timeline entries up to this transaction. Decimal. */
  xid: string;
}

export class DebtTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  list(): Debt[] {
    return this.#sql
      .all<{ reader: string; xid: string }>("SELECT reader, xid FROM debts")
      .map(({ reader, xid }) => ({ reader: JSON.parse(reader) as Reader, xid }));
  }

  /** Adds a debt, or raises the transaction of the reader's debt. */
  add({ reader, xid }: Debt): void {
    this.#sql.exec(
      `INSERT INTO debts (reader, xid) VALUES (?, ?) ON CONFLICT (reader)
       DO UPDATE SET xid = excluded.xid WHERE CAST(xid AS INTEGER) < CAST(excluded.xid AS INTEGER)`,
      JSON.stringify(reader),
      xid,
    );
  }

  /** Removes a debt, unless its transaction was raised since. */
  remove({ reader, xid }: Debt): void {
    this.#sql.exec("DELETE FROM debts WHERE reader = ? AND xid = ?", JSON.stringify(reader), xid);
  }
}
