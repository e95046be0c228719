/** The replies to the last call of each caller, so that a repeated call gets the same replies. */
import { HOUR } from "../../../lib/time.ts";
import type { AcceptReply, Call } from "../rpc.ts";
import type { Sql } from "./sql.ts";

/** Callers repeat a failed call within seconds. */
const KEEP_MS = HOUR;

export class CallTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The replies to a call; null: it is not the last call of its caller. */
  repliesTo({ caller, number }: Call): AcceptReply[] | null {
    const row = this.#sql.first<{ number: number; replies: string }>(
      "SELECT number, replies FROM calls WHERE caller = ?",
      caller,
    );
    return row?.number === number ? (JSON.parse(row.replies) as AcceptReply[]) : null;
  }

  /** Saves the replies to a call, in place of the caller's previous one. */
  save({ caller, number }: Call, replies: readonly AcceptReply[], now: number): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO calls (caller, number, at, replies) VALUES (?, ?, ?, ?)",
      caller,
      number,
      now,
      JSON.stringify(replies.map(bounded)),
    );
  }

  purge(now: number): void {
    this.#sql.exec("DELETE FROM calls WHERE at <= ?", now - KEEP_MS);
  }
}

/** Every outcome of a large batch may have a detail, and a row may have 2 MB. */
const MAX_DETAILED_OUTCOMES = 1000;

const bounded = (reply: AcceptReply): AcceptReply =>
  reply.kind !== "decided" || reply.outcomes.length <= MAX_DETAILED_OUTCOMES
    ? reply
    : { ...reply, outcomes: reply.outcomes.map(({ detail: _, ...outcome }) => outcome) };
