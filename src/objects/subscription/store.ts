/** The SQLite of a subscription's object: how far it has come, what waits, and what was given up. Instants are Unix ms. */
import { type TimelineCursor, type TimelineEntryType, parseCursor, cursorText } from "../../db/timeline.ts";
import { applySteps } from "../shared/schema-steps.ts";
import type { DeadLetter, Message, SubscriptionConfig } from "./rpc.ts";

/** Each step brings the tables to the next version; steps already shipped are never edited. */
const SCHEMA_STEPS = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
   CREATE TABLE waiting (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL, alert_id TEXT NOT NULL, type TEXT NOT NULL, recorded_at INTEGER NOT NULL,
     deadline_at INTEGER NOT NULL, attempts INTEGER NOT NULL, next_attempt_at INTEGER NOT NULL, body TEXT NOT NULL
   );
   CREATE TABLE dead_letters (
     id TEXT PRIMARY KEY, alert_id TEXT NOT NULL, type TEXT NOT NULL, recorded_at INTEGER NOT NULL, attempts INTEGER NOT NULL,
     error TEXT NOT NULL, died_at INTEGER NOT NULL, body TEXT NOT NULL
   ) WITHOUT ROWID;`,
];

/** A message that waits, without what it says. */
export interface Waiting {
  /** Its place in the order. */
  seq: number;
  id: string;
  alertId: string;
  deadlineAt: number;
  attempts: number;
  nextAttemptAt: number;
}

type WaitingColumns = {
  seq: number;
  id: string;
  alert_id: string;
  deadline_at: number;
  attempts: number;
  next_attempt_at: number;
};

type DeadColumns = {
  id: string;
  alert_id: string;
  type: TimelineEntryType;
  recorded_at: number;
  attempts: number;
  error: string;
  died_at: number;
  body: string;
};

/** What the object remembers beside messages. */
interface Meta {
  schemaVersion: number;
  /** Since when it has been at work, with its present settings or others. */
  resumedAt: number;
  lastDeliveredAt: number;
  lastError: string;
  /** How often it was tried in vain whether the subscriber is back; 0: it is not down. */
  probes: number;
  probeAt: number;
  /** Since when it is down, if it is. */
  downSince: number;
  place: string;
  config: string;
}

/** The tables of one object. Every method is synchronous, so a turn's writes commit together. */
export class SubscriptionStore {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  #isCreated: boolean;
  #config: SubscriptionConfig | null = null;
  #place: TimelineCursor | null = null;
  /** Counting reads all of them, with what they say. */
  #deadLetters: number | null = null;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    // An object that nobody ever configured writes nothing.
    this.#isCreated = this.#one("SELECT 1 FROM sqlite_master WHERE name = 'meta'") !== undefined;
    if (this.#isCreated) this.#wake();
  }

  #wake(): void {
    const version = this.meta("schemaVersion") ?? 0;
    applySteps(this.#storage, SCHEMA_STEPS, version, (applied) => this.setMeta("schemaVersion", applied));
    this.#isCreated = true;
    const [config, place] = [this.meta("config"), this.meta("place")];
    this.#config = config === null ? null : (JSON.parse(config) as SubscriptionConfig);
    this.#place = place === null ? null : parseCursor(place);
  }

  /** The settings that it goes by; null: it is no subscription. */
  get config(): SubscriptionConfig | null {
    return this.#config;
  }

  /** Takes settings. The first ones say where it begins. */
  configure(config: SubscriptionConfig, now: number): void {
    if (!this.#isCreated) this.#wake();
    const text = JSON.stringify(config);
    if (text === this.meta("config")) return;
    this.#storage.transactionSync(() => {
      if (config.isEnabled && !this.#config?.isEnabled) this.setMeta("resumedAt", now);
      const startedAfter = parseCursor(config.startedAfter);
      if (!this.#place && startedAfter) this.moveTo(startedAfter);
      this.setMeta("config", text);
    });
    this.#config = config;
  }

  /** Everything before is delivered, waits here, or was given up. */
  get place(): TimelineCursor | null {
    return this.#place;
  }

  /** Notes how far it has come. */
  moveTo(place: TimelineCursor): void {
    const text = cursorText(place);
    if (this.#place && cursorText(this.#place) === text) return;
    this.setMeta("place", text);
    this.#place = place;
  }

  /** Something that is remembered; null: it never was. */
  meta<Name extends keyof Meta>(name: Name): Meta[Name] | null {
    if (!this.#isCreated) return null;
    return this.#one<{ value: Meta[Name] }>("SELECT value FROM meta WHERE name = ?", name)?.value ?? null;
  }

  /** Remembers something. */
  setMeta<Name extends keyof Meta>(name: Name, value: Meta[Name]): void {
    this.#sql.exec("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value);
  }

  /** All that waits, in order. */
  waiting(): Waiting[] {
    if (!this.#isCreated) return [];
    const rows = this.#sql.exec<WaitingColumns>(
      "SELECT seq, id, alert_id, deadline_at, attempts, next_attempt_at FROM waiting ORDER BY seq",
    );
    return [...rows].map((row) => ({
      seq: row.seq,
      id: row.id,
      alertId: row.alert_id,
      deadlineAt: row.deadline_at,
      attempts: row.attempts,
      nextAttemptAt: row.next_attempt_at,
    }));
  }

  /** When the change was recorded that has waited for longest. */
  oldestWaitingAt(): number | null {
    if (!this.#isCreated) return null;
    return this.#one<{ at: number | null }>("SELECT min(recorded_at) AS at FROM waiting")?.at ?? null;
  }

  /** What a message says that waits. */
  body(seq: number): string {
    return this.#one<{ body: string }>("SELECT body FROM waiting WHERE seq = ?", seq)?.body ?? "";
  }

  /** Puts a message behind what waits. Gives its place in the order. */
  wait(message: Message, deadlineAt: number, attempts: number, nextAttemptAt: number): number {
    const row = this.#one<{ seq: number }>(
      `INSERT INTO waiting (id, alert_id, type, recorded_at, deadline_at, attempts, next_attempt_at, body)
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
    return row?.seq ?? 0;
  }

  /** Notes that a message failed once more. */
  putOff(seq: number, attempts: number, nextAttemptAt: number): void {
    this.#sql.exec("UPDATE waiting SET attempts = ?, next_attempt_at = ? WHERE seq = ?", attempts, nextAttemptAt, seq);
  }

  /** All that waits may be tried at once. */
  hurry(): void {
    this.#sql.exec("UPDATE waiting SET next_attempt_at = 0 WHERE next_attempt_at > 0");
  }

  /** Forgets a message that was delivered. */
  forget(seq: number): void {
    this.#sql.exec("DELETE FROM waiting WHERE seq = ?", seq);
  }

  /** Gives a message up that waits. */
  bury(seq: number, error: string, now: number): void {
    const change = this.#storage.transactionSync(() => {
      const gone = this.#deleteDead("id = (SELECT id FROM waiting WHERE seq = ?)", seq);
      const { rowsWritten } = this.#sql.exec(
        `INSERT INTO dead_letters (id, alert_id, type, recorded_at, attempts, error, died_at, body)
         SELECT id, alert_id, type, recorded_at, attempts, ?, ?, body FROM waiting WHERE seq = ?`,
        error,
        now,
        seq,
      );
      this.forget(seq);
      return rowsWritten - gone;
    });
    this.#countDead(change);
  }

  /** Gives a message up that was not even tried: whoever should hear it has been down for as long as it is old. */
  buryUnread(message: Message, error: string, now: number): void {
    this.discard(message.id);
    const { rowsWritten } = this.#sql.exec(
      `INSERT INTO dead_letters (id, alert_id, type, recorded_at, attempts, error, died_at, body)
       VALUES (?, ?, ?, ?, 0, ?, ?, ?)`,
      message.id,
      message.alertId,
      message.type,
      message.recordedAt,
      error,
      now,
      message.body,
    );
    this.#countDead(rowsWritten);
  }

  deadLetterCount(): number {
    if (!this.#isCreated) return 0;
    this.#deadLetters ??= this.#one<{ count: number }>("SELECT count(*) AS count FROM dead_letters")?.count ?? 0;
    return this.#deadLetters;
  }

  /** Dead letters in the order of their changes, from behind an id on. */
  deadLetters(after: string | null, limit: number): DeadLetter[] {
    if (!this.#isCreated) return [];
    const rows = this.#sql.exec<DeadColumns>(
      "SELECT * FROM dead_letters WHERE id > ? ORDER BY id LIMIT ?",
      after ?? "",
      limit,
    );
    return [...rows].map(toDeadLetter);
  }

  /** The ids of dead letters, the oldest changes first; or this one's alone (else null). */
  deadLetterIds(id: string | null, limit: number): string[] {
    if (!this.#isCreated) return [];
    const rows = this.#sql.exec<{ id: string }>(
      "SELECT id FROM dead_letters WHERE ?1 IS NULL OR id = ?1 ORDER BY id LIMIT ?2",
      id,
      limit,
    );
    return [...rows].map((row) => row.id);
  }

  /** The dead letter with this id. */
  deadLetter(id: string): DeadLetter | null {
    if (!this.#isCreated) return null;
    const row = this.#one<DeadColumns>("SELECT * FROM dead_letters WHERE id = ?", id);
    return row ? toDeadLetter(row) : null;
  }

  /** Puts a dead letter behind what waits. Gives what is to be known of it then; null: there is none. */
  revive(id: string, deadlineAt: number): Waiting | null {
    return this.#storage.transactionSync(() => {
      const letter = this.deadLetter(id);
      if (!letter) return null;
      const seq = this.wait(letter, deadlineAt, 0, 0);
      this.discard(id);
      return { seq, id, alertId: letter.alertId, deadlineAt, attempts: 0, nextAttemptAt: 0 };
    });
  }

  /** Forgets a dead letter. Gives whether there was one. */
  discard(id: string): boolean {
    if (!this.#isCreated) return false;
    const gone = this.#deleteDead("id = ?", id);
    this.#countDead(-gone);
    return gone > 0;
  }

  /** Forgets dead letters of before. */
  purge(before: number): void {
    this.#countDead(-this.#deleteDead("died_at < ?", before));
  }

  #deleteDead(condition: string, binding: SqlStorageValue): number {
    return this.#sql.exec(`DELETE FROM dead_letters WHERE ${condition}`, binding).rowsWritten;
  }

  #countDead(change: number): void {
    if (this.#deadLetters !== null) this.#deadLetters += change;
  }

  #one<Row extends Record<string, SqlStorageValue>>(query: string, ...bindings: SqlStorageValue[]): Row | undefined {
    return this.#sql.exec<Row>(query, ...bindings).next().value;
  }
}

const toDeadLetter = (row: DeadColumns): DeadLetter => ({
  id: row.id,
  alertId: row.alert_id,
  type: row.type,
  recordedAt: row.recorded_at,
  attempts: row.attempts,
  error: row.error,
  diedAt: row.died_at,
  body: row.body,
});
