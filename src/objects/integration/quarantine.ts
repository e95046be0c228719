/** Entries that Postgres rejected for their data: they stay in the object until a person retries or discards them. */
import type { EntryJson } from "../../db/chunk.ts";
import { ChunkBuilder } from "./chunk-builder.ts";
import { entriesOf } from "./chunk-entries.ts";
import { utf8Size } from "./store/sql.ts";
import type { QuarantinedRow, QuarantinedRowDetail } from "./rpc.ts";
import type { OutboxChunk, Store } from "./store/index.ts";
import type { QuarantinedEntry } from "./store/quarantine.ts";

/** The entries that a retry of all moves at once. */
const RETRY_ENTRIES = 100;
const RETRY_BYTES = 4_000_000;

/** An entry that Postgres rejected. */
export interface RejectedEntry {
  /** Its position in the chunk of the outbox. */
  index: number;
  /** SQLSTATE and message of Postgres. */
  error: string;
}

export class Quarantine {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  count(): number {
    return this.#store.config ? this.#store.quarantine.count() : 0;
  }

  /** Copies rejected entries of a chunk here. Call it in the transaction that removes the chunk. @param now Unix ms */
  add(chunk: OutboxChunk, rejected: readonly RejectedEntry[], now: number): void {
    const entries = entriesOf(chunk);
    for (const { index, error } of rejected) {
      const found = entries[index];
      if (!found) continue;
      const entry = JSON.stringify(found.entry);
      this.#store.quarantine.add({
        row: chunk.lastSequence - chunk.rows + 1 + index,
        acceptedAt: chunk.acceptedAt,
        quarantinedAt: now,
        bytes: utf8Size(entry) + found.body.length,
        error,
        entry,
        body: found.body,
      });
    }
  }

  /**
   * Moves an entry, or all (null), back into the outbox, behind the chunks there. The versions of alerts and the sequences of
   * deliveries keep the order right. @returns how many
   */
  retry(row: number | null, now: number): number {
    if (!this.#store.config) return 0;
    const { quarantine } = this.#store;
    let count = 0;
    if (row !== null) return this.#requeue([quarantine.get(row) ?? []].flat(), now);
    const nextPage = () => quarantine.page(0, RETRY_ENTRIES, RETRY_BYTES);
    for (let page = nextPage(); page.length > 0; page = nextPage()) count += this.#requeue(page, now);
    return count;
  }

  /** The oldest entries first. @param after the last row of the page before; 0: from the beginning */
  list(after: number, limit: number): QuarantinedRow[] {
    return this.#store.config ? this.#store.quarantine.list(after, limit).map(toRow) : [];
  }

  get(row: number): QuarantinedRowDetail | null {
    const found = this.#find(row);
    if (!found) return null;
    const { body, ...entry } = JSON.parse(found.entry) as EntryJson;
    return { ...toRow(found), entry, body: body ? found.body : null };
  }

  /** Deletes an entry. @returns the deleted entry; null: there was none */
  discard(row: number): QuarantinedRow | null {
    const found = this.#find(row);
    if (!found) return null;
    this.#store.quarantine.delete(row);
    return toRow(found);
  }

  #requeue(entries: readonly QuarantinedEntry[], now: number): number {
    const chunks = new ChunkBuilder();
    for (const { entry, body } of entries) chunks.addEntry(JSON.parse(entry) as EntryJson, body);
    this.#store.atomically(() => {
      this.#store.outbox.append(chunks.finish(), now);
      for (const { row } of entries) this.#store.quarantine.delete(row);
    });
    return entries.length;
  }

  #find(row: number): QuarantinedEntry | undefined {
    return this.#store.config ? this.#store.quarantine.get(row) : undefined;
  }
}

function toRow({ row, entry, error, bytes, acceptedAt, quarantinedAt }: QuarantinedEntry): QuarantinedRow {
  const { delivery, alerts = [] } = JSON.parse(entry) as EntryJson;
  return {
    row,
    deliveryId: delivery?.id ?? null,
    alertIds: alerts.map(({ id }) => id),
    error,
    bytes,
    acceptedAt,
    quarantinedAt,
  };
}
