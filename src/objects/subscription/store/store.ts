/** The SQLite of a subscription's object: config, cursor, messages, held alerts and attempts. Instants are Unix ms. */
import { cursorText, parseCursor, type TimelineCursor } from "../../../db/timeline.ts";
import type { SubscriptionConfig, Target } from "../config.ts";
import { AttemptLog } from "./attempts.ts";
import { DeadLetterTable } from "./dead-letters.ts";
import { HeldAlertTable } from "./held-alerts.ts";
import { LastTest } from "./last-test.ts";
import { MetaTable } from "./meta.ts";
import { PendingTable, type StoredMessage } from "./pending-messages.ts";
import { Tables } from "./tables.ts";

/** The tables of one object, and the moves of messages between them. */
export class SubscriptionStore {
  readonly meta: MetaTable;
  readonly lastTest: LastTest;
  readonly pending: PendingTable;
  readonly deadLetters: DeadLetterTable;
  readonly held: HeldAlertTable;
  readonly attempts: AttemptLog;
  readonly #tables: Tables;
  #config: SubscriptionConfig | null;
  #cursor: TimelineCursor | null;

  constructor(storage: DurableObjectStorage) {
    this.#tables = new Tables(storage);
    this.meta = new MetaTable(this.#tables);
    this.lastTest = new LastTest(this.meta);
    this.pending = new PendingTable(this.#tables);
    this.deadLetters = new DeadLetterTable(this.#tables);
    this.held = new HeldAlertTable(this.#tables);
    this.attempts = new AttemptLog(this.#tables);
    this.#config = this.meta.get("config");
    this.#cursor = parseCursor(this.meta.get("cursor") ?? "");
  }

  /** Null: there is no such subscription. */
  get config(): SubscriptionConfig | null {
    return this.#config;
  }

  /** Stores a config. The first one sets the cursor. A new target clears the failure of the last test. */
  configure(config: SubscriptionConfig, now: number): void {
    this.#tables.create();
    if (JSON.stringify(config) === JSON.stringify(this.#config)) return;
    this.#tables.transaction(() => {
      if (config.isEnabled && !this.#config?.isEnabled) this.meta.set("resumedAt", now);
      const startedAfter = parseCursor(config.startedAfter);
      if (!this.#cursor && startedAfter) this.moveCursor(startedAfter);
      if (!this.hasTarget(config)) this.lastTest.clearFailure();
      this.meta.set("config", config);
    });
    this.#config = config;
  }

  /** Whether messages go to this target. */
  hasTarget({ url, preset, credentials }: Target): boolean {
    const config = this.#config;
    return (
      config?.url === url &&
      config.preset === preset &&
      JSON.stringify(config.credentials) === JSON.stringify(credentials)
    );
  }

  /** Entries up to here are delivered, pending, held or dead letters. */
  get cursor(): TimelineCursor | null {
    return this.#cursor;
  }

  moveCursor(cursor: TimelineCursor): void {
    const text = cursorText(cursor);
    if (this.#cursor && cursorText(this.#cursor) === text) return;
    this.meta.set("cursor", text);
    this.#cursor = cursor;
  }

  /** Makes a pending message a dead letter. */
  giveUp(seq: number, error: string, now: number): void {
    this.#tables.transaction(() => {
      const message = this.pending.get(seq);
      if (message) this.deadLetters.add(message, message.attempts, error, now);
      this.pending.remove(seq);
    });
  }

  /** Makes a dead letter pending again, due at once. Null: there is none with this id. */
  resend(id: string, deadlineAt: number): StoredMessage | null {
    return this.#tables.transaction(() => {
      const letter = this.deadLetters.get(id);
      if (!letter) return null;
      const progress = { deadlineAt, attempts: 0, nextAttemptAt: 0 };
      const seq = this.pending.add(letter, progress);
      this.deadLetters.remove(id);
      return { seq, id, alertId: letter.alertId, ...progress };
    });
  }
}
