/**
 * The log of attempts. An attempt is a line of JSON, and a row holds many: attempts gather in memory for a second, and join the newest
 * row while it is small. So a busy subscription writes one row a second, and a quiet one a row for each attempt. Failed attempts have
 * rows of their own, so that successes do not push them out. Instants are Unix ms.
 */
import { describeError } from "../../../db/errors.ts";
import { log } from "../../../lib/log.ts";
import { DAY, SECOND } from "../../../lib/time.ts";
import type { Attempt, AttemptOutcome } from "../attempt.ts";
import type { Tables } from "./tables.ts";

export const ATTEMPT_RETENTION_MS = 7 * DAY;

/** Of the failed attempts, and of the others. */
export const MAX_ATTEMPTS = 10_000;
export const MAX_ATTEMPT_CHARACTERS = 8_000_000;

/** Attempts stay in memory for this long: a crash loses them. */
const FLUSH_INTERVAL_MS = SECOND;
const MAX_BUFFER_CHARACTERS = 256 * 1024;

/** Attempts join the newest row up to this size. */
const MAX_GROWTH_CHARACTERS = 32 * 1024;

/** A row without its lines. */
type Chunk = {
  seq: number;
  is_failed: number;
  first_id: string;
  last_id: string;
  last_at: number;
  count: number;
  characters: number;
};

/** Which attempts to list. Null: all. */
export interface AttemptFilter {
  outcome: AttemptOutcome | null;
  messageId: string | null;
}

interface Line {
  attempt: Attempt;
  text: string;
}

export class AttemptLog {
  readonly #tables: Tables;
  #buffer: Line[] = [];
  #bufferedCharacters = 0;
  #flushedAt = 0;
  /** All rows, oldest first. Null: not read yet. */
  #known: Chunk[] | null = null;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  get #chunks(): Chunk[] {
    this.#known ??= this.#tables.rows<Chunk>(
      "SELECT seq, is_failed, first_id, last_id, last_at, count, characters FROM attempts ORDER BY seq",
    );
    return this.#known;
  }

  /** When the last attempt of the oldest row was made; null: there is none. */
  get oldestAt(): number | null {
    return this.#chunks[0]?.last_at ?? null;
  }

  /** Adds an attempt. Never throws. */
  add(attempt: Attempt, now: number): void {
    const text = JSON.stringify(attempt);
    this.#buffer.push({ attempt, text });
    this.#bufferedCharacters += text.length;
    const isDue = Math.abs(now - this.#flushedAt) >= FLUSH_INTERVAL_MS;
    if (isDue || this.#bufferedCharacters >= MAX_BUFFER_CHARACTERS) this.flush(now);
  }

  /** Writes what is in memory, and removes what is too old or too much. Never throws: losing the log must not stop the messages. */
  flush(now: number): void {
    if (this.#buffer.length === 0) return;
    const lines = this.#buffer;
    this.#buffer = [];
    this.#bufferedCharacters = 0;
    this.#flushedAt = now;
    try {
      for (const [isFailed, group] of Map.groupBy(lines, ({ attempt }) => attempt.outcome === "failed")) {
        this.#append(isFailed ? 1 : 0, group);
      }
      this.purge(now);
      for (const isFailed of [0, 1]) this.#bound(isFailed);
    } catch (error) {
      // A part may be written.
      this.#known = null;
      log.warn("attempts not stored", { attempts: lines.length, error: describeError(error) });
    }
  }

  #append(isFailed: number, lines: readonly Line[]): void {
    const [first, last] = [lines[0]?.attempt, lines.at(-1)?.attempt];
    if (!first || !last) return;
    const text = lines.map((line) => `${line.text}\n`).join("");
    const newest = this.#chunks.findLast((chunk) => chunk.is_failed === isFailed);
    if (newest && newest.characters + text.length <= MAX_GROWTH_CHARACTERS) {
      const grown = {
        last_id: last.id,
        last_at: last.startedAt,
        count: newest.count + lines.length,
        characters: newest.characters + text.length,
      };
      this.#tables.write(
        `UPDATE attempts SET last_id = ?, last_at = ?, count = ?, characters = ?, lines = lines || ? WHERE seq = ?`,
        ...Object.values(grown),
        text,
        newest.seq,
      );
      Object.assign(newest, grown);
      return;
    }
    const chunk: Chunk = {
      seq: (this.#chunks.at(-1)?.seq ?? 0) + 1,
      is_failed: isFailed,
      first_id: first.id,
      last_id: last.id,
      last_at: last.startedAt,
      count: lines.length,
      characters: text.length,
    };
    this.#tables.write(
      `INSERT INTO attempts (seq, is_failed, first_id, last_id, last_at, count, characters, lines)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...Object.values(chunk),
      text,
    );
    this.#chunks.push(chunk);
  }

  /** Removes rows whose attempts are all too old. */
  purge(now: number): void {
    for (const chunk of this.#chunks.filter((one) => one.last_at < now - ATTEMPT_RETENTION_MS)) this.#remove(chunk);
  }

  /** Removes the oldest rows of a kind while there are too many attempts. */
  #bound(isFailed: number): void {
    const chunks = this.#chunks.filter((one) => one.is_failed === isFailed);
    let count = chunks.reduce((sum, chunk) => sum + chunk.count, 0);
    let characters = chunks.reduce((sum, chunk) => sum + chunk.characters, 0);
    for (const chunk of chunks) {
      if (count <= MAX_ATTEMPTS && characters <= MAX_ATTEMPT_CHARACTERS) return;
      this.#remove(chunk);
      count -= chunk.count;
      characters -= chunk.characters;
    }
  }

  #remove(chunk: Chunk): void {
    this.#tables.write("DELETE FROM attempts WHERE seq = ?", chunk.seq);
    this.#known = this.#chunks.filter((one) => one !== chunk);
  }

  /**
   * Lists attempts, the newest first.
   * @param beforeId only older ones; null: from the newest on
   */
  list({ outcome, messageId }: AttemptFilter, beforeId: string | null, limit: number, now: number): Attempt[] {
    this.flush(now);
    const before = beforeId ?? "g";
    const isListed = (attempt: Attempt): boolean =>
      attempt.id < before &&
      attempt.startedAt >= now - ATTEMPT_RETENTION_MS &&
      (outcome === null || attempt.outcome === outcome) &&
      (messageId === null || attempt.messageId === messageId);
    const kinds = outcome === null ? [0, 1] : [outcome === "failed" ? 1 : 0];
    const ofMessage = messageId === null ? null : this.#seqsWith(messageId);
    const listed = kinds.flatMap((isFailed) => {
      const chunks = this.#chunks.filter(
        ({ seq, is_failed: kind, first_id: firstId }) =>
          kind === isFailed && firstId < before && (ofMessage?.has(seq) ?? true),
      );
      const found: Attempt[] = [];
      for (const { seq } of chunks.toReversed()) {
        if (found.length >= limit) break;
        found.push(...this.#read(seq).filter(isListed).toReversed());
      }
      return found;
    });
    return listed.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
  }

  get(id: string, now: number): Attempt | null {
    this.flush(now);
    const chunks = this.#chunks.filter(({ first_id: firstId, last_id: lastId }) => firstId <= id && id <= lastId);
    for (const { seq } of chunks) {
      const attempt = this.#read(seq).find((one) => one.id === id);
      if (attempt) return attempt.startedAt >= now - ATTEMPT_RETENTION_MS ? attempt : null;
    }
    return null;
  }

  /** The rows that may have attempts of a message. */
  #seqsWith(messageId: string): Set<number> {
    const query = "SELECT seq FROM attempts WHERE instr(lines, ?) > 0";
    return new Set(this.#tables.rows<{ seq: number }>(query, messageId).map(({ seq }) => seq));
  }

  #read(seq: number): Attempt[] {
    const row = this.#tables.first<{ lines: string }>("SELECT lines FROM attempts WHERE seq = ?", seq);
    return (row?.lines ?? "")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Attempt);
  }
}
