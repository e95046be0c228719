import type { EntryType } from "../../../alerts/model.ts";
import type { Message } from "../message.ts";
import type { Tables } from "./tables.ts";

/** Progress of a pending message. Instants are Unix ms. */
export interface Progress {
  /** End of the retry window. */
  deadlineAt: number;
  attempts: number;
  nextAttemptAt: number;
}

/** A row without its body. */
export interface StoredMessage extends Progress {
  /** Position in the order of all pending messages. */
  seq: number;
  id: string;
  alertId: string;
}

export class PendingTable {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Lists all messages in order. */
  list(): StoredMessage[] {
    return this.#tables
      .rows<{
        seq: number;
        id: string;
        alert_id: string;
        deadline_at: number;
        attempts: number;
        next_attempt_at: number;
      }>("SELECT seq, id, alert_id, deadline_at, attempts, next_attempt_at FROM pending_messages ORDER BY seq")
      .map((row) => ({
        seq: row.seq,
        id: row.id,
        alertId: row.alert_id,
        deadlineAt: row.deadline_at,
        attempts: row.attempts,
        nextAttemptAt: row.next_attempt_at,
      }));
  }

  get(seq: number): (Message & { attempts: number }) | null {
    const row = this.#tables.first<{
      id: string;
      alert_id: string;
      type: EntryType;
      recorded_at: number;
      attempts: number;
      body: string;
    }>("SELECT id, alert_id, type, recorded_at, attempts, body FROM pending_messages WHERE seq = ?", seq);
    if (!row) return null;
    const { id, alert_id: alertId, type, recorded_at: recordedAt, attempts, body } = row;
    return { id, alertId, type, recordedAt, attempts, body };
  }

  /** When the oldest pending entry was recorded, in Unix ms. */
  oldestRecordedAt(): number | null {
    const query = "SELECT min(recorded_at) AS at FROM pending_messages";
    return this.#tables.first<{ at: number | null }>(query)?.at ?? null;
  }

  /** Adds a message after all others and returns its `seq`. */
  add(message: Message, { deadlineAt, attempts, nextAttemptAt }: Progress): number {
    const row = this.#tables.first<{ seq: number }>(
      `INSERT INTO pending_messages (id, alert_id, type, recorded_at, deadline_at, attempts, next_attempt_at, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
      message.id,
      message.alertId,
      message.type,
      message.recordedAt,
      deadlineAt,
      attempts,
      nextAttemptAt,
      message.body,
    );
    if (!row) throw new Error("insert returned no row");
    return row.seq;
  }

  /** Records a failed attempt. */
  postpone(seq: number, attempts: number, nextAttemptAt: number): void {
    this.#tables.write(
      "UPDATE pending_messages SET attempts = ?, next_attempt_at = ? WHERE seq = ?",
      attempts,
      nextAttemptAt,
      seq,
    );
  }

  /** Makes all messages due at once. */
  retryAllNow(): void {
    this.#tables.write("UPDATE pending_messages SET next_attempt_at = 0 WHERE next_attempt_at > 0");
  }

  remove(seq: number): void {
    this.#tables.write("DELETE FROM pending_messages WHERE seq = ?", seq);
  }
}
