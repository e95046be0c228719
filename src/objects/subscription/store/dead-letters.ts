import type { EntryType } from "../../../alerts/model.ts";
import type { Message } from "../message.ts";
import type { DeadLetter } from "../rpc.ts";
import type { Tables } from "./tables.ts";

type Columns = {
  id: string;
  alert_id: string;
  type: EntryType;
  recorded_at: number;
  attempts: number;
  error: string;
  given_up_at: number;
  body: string;
};

export class DeadLetterTable {
  readonly #tables: Tables;
  /** Kept in memory because `count(*)` reads every row with its body. */
  #count: number | null = null;
  /** Null: unknown. */
  #oldest: number | null = null;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  get count(): number {
    this.#count ??= this.#tables.first<{ count: number }>("SELECT count(*) AS count FROM dead_letters")?.count ?? 0;
    return this.#count;
  }

  /** When the first dead letter was given up, in Unix ms; null: there is none. */
  get oldestGivenUpAt(): number | null {
    if (this.count === 0) return null;
    this.#oldest ??= this.#tables.first<{ at: number }>("SELECT min(given_up_at) AS at FROM dead_letters")?.at ?? null;
    return this.#oldest;
  }

  /** Lists dead letters by id, which is the order of their timeline entries. */
  list(afterId: string | null, limit: number): DeadLetter[] {
    const query = "SELECT * FROM dead_letters WHERE id > ? ORDER BY id LIMIT ?";
    return this.#tables.rows<Columns>(query, afterId ?? "", limit).map(toDeadLetter);
  }

  /** The ids of the first dead letters. */
  ids(limit: number): string[] {
    const query = "SELECT id FROM dead_letters ORDER BY id LIMIT ?";
    return this.#tables.rows<{ id: string }>(query, limit).map(({ id }) => id);
  }

  get(id: string): DeadLetter | null {
    const row = this.#tables.first<Columns>("SELECT * FROM dead_letters WHERE id = ?", id);
    return row ? toDeadLetter(row) : null;
  }

  /** Adds a dead letter, or replaces the one with its id. */
  add({ id, alertId, type, recordedAt, body }: Message, attempts: number, error: string, now: number): void {
    this.remove(id);
    const written = this.#tables.write(
      `INSERT INTO dead_letters (id, alert_id, type, recorded_at, attempts, error, given_up_at, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      alertId,
      type,
      recordedAt,
      attempts,
      error,
      now,
      body,
    );
    this.#changeCount(written);
  }

  /** @returns whether there was one with this id */
  remove(id: string): boolean {
    return this.#delete("id = ?", id) > 0;
  }

  /** Removes dead letters given up before a time. */
  purge(before: number): void {
    this.#delete("given_up_at < ?", before);
  }

  #delete(condition: string, binding: SqlStorageValue): number {
    // Not `write`: without tables there is nothing to remove.
    const removed = this.#tables.rows(`DELETE FROM dead_letters WHERE ${condition} RETURNING id`, binding).length;
    this.#changeCount(-removed);
    if (removed > 0) this.#oldest = null;
    return removed;
  }

  #changeCount(change: number): void {
    if (this.#count !== null) this.#count += change;
  }
}

const toDeadLetter = (row: Columns): DeadLetter => ({
  id: row.id,
  alertId: row.alert_id,
  type: row.type,
  recordedAt: row.recorded_at,
  attempts: row.attempts,
  error: row.error,
  givenUpAt: row.given_up_at,
  body: row.body,
});
