/** Rows that Postgres rejected for their data: they stay in the object until a person retries or discards them. */
import type { QuarantinedRow, QuarantinedRowDetail } from "./rpc.ts";
import type { OutboxRow, Store } from "./store/index.ts";
import type { QuarantineColumns } from "./store/quarantine.ts";

export class Quarantine {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  count(): number {
    return this.#store.config ? this.#store.quarantine.count() : 0;
  }

  /** Moves a row of the outbox here. @param error SQLSTATE and message of Postgres */
  add(row: OutboxRow, error: string, now: number): void {
    this.#store.atomically(() => {
      this.#store.quarantine.copyFromOutbox(row.row, error, now);
      this.#store.outbox.remove([row]);
    });
  }

  /**
   * Moves a row, or all (null), back into the outbox, behind the rows there. The versions of alerts and the sequences of
   * deliveries keep the order right. @returns how many
   */
  retry(row: number | null, now: number): number {
    if (!this.#store.config) return 0;
    return this.#store.atomically(() => {
      const count = this.#store.outbox.appendQuarantined(row, now);
      this.#store.quarantine.delete(row);
      return count;
    });
  }

  /** The oldest rows first. @param after the last row of the page before; 0: from the beginning */
  list(after: number, limit: number): QuarantinedRow[] {
    return this.#store.config ? this.#store.quarantine.page(after, limit).map(toRow) : [];
  }

  get(row: number): QuarantinedRowDetail | null {
    const found = this.#find(row);
    if (!found) return null;
    const { delivery, alerts, events, body } = found;
    return { ...toRow(found), delivery, alerts, events, body: body && new Uint8Array(body) };
  }

  /** Deletes a row. @returns the deleted row; null: there was none */
  discard(row: number): QuarantinedRow | null {
    const found = this.#find(row);
    if (!found) return null;
    this.#store.quarantine.delete(row);
    return toRow(found);
  }

  #find(row: number): QuarantineColumns | undefined {
    return this.#store.config ? this.#store.quarantine.get(row) : undefined;
  }
}

const toRow = (columns: QuarantineColumns): QuarantinedRow => ({
  row: columns.row,
  deliveryId: columns.delivery === null ? null : (JSON.parse(columns.delivery) as { id: string }).id,
  alertIds: (JSON.parse(`[${columns.alerts}]`) as { id: string }[]).map(({ id }) => id),
  error: columns.error,
  bytes: columns.bytes,
  acceptedAt: columns.accepted_at,
  quarantinedAt: columns.quarantined_at,
});
