/** Gives up messages after the retry window, and makes dead letters pending again. Sends nothing. */
import type { Dependencies } from "./dependencies.ts";
import type { PendingMessage, PendingMessages } from "./pending.ts";
import { PAGE_SIZE, type ReadAhead } from "./read-ahead.ts";
import { retryDeadline } from "./retry-policy.ts";
import type { SubscriptionStore } from "./store/store.ts";

/** Above this number nothing is given up: messages stay pending, and entries stay in Postgres. */
const MAX_DEAD_LETTERS = 100_000;

export class DeadLetters {
  readonly #store: SubscriptionStore;
  readonly #pending: PendingMessages;
  readonly #readAhead: ReadAhead;
  readonly #dependencies: Pick<Dependencies, "timeline" | "clock">;
  readonly #stopped: AbortSignal;

  /** @param stopped aborted when the store must not be used any more */
  constructor(
    store: SubscriptionStore,
    pending: PendingMessages,
    readAhead: ReadAhead,
    dependencies: Pick<Dependencies, "timeline" | "clock">,
    stopped: AbortSignal,
  ) {
    this.#store = store;
    this.#pending = pending;
    this.#readAhead = readAhead;
    this.#dependencies = dependencies;
    this.#stopped = stopped;
  }

  get #room(): number {
    return Math.max(0, MAX_DEAD_LETTERS - this.#store.deadLetters.count);
  }

  /** Gives up stored messages. */
  giveUp(messages: readonly PendingMessage[], error: string): void {
    this.#pending.giveUp(messages.slice(0, this.#room), error, this.#dependencies.clock.now());
  }

  /** Gives up stored messages whose retry window has ended. It restarts when the subscription is enabled again. */
  giveUpExpired(messages: readonly PendingMessage[], error: string): void {
    const now = this.#dependencies.clock.now();
    const earliest = retryDeadline(0, this.#store.meta.get("resumedAt") ?? 0);
    this.giveUp(
      messages.filter(({ deadlineAt }) => Math.max(deadlineAt, earliest) <= now),
      error,
    );
  }

  /**
   * Gives up entries that were never read, because the circuit was open for their whole retry window.
   * @param windowStart earliest start of the retry window, Unix ms
   */
  async giveUpUnread(windowStart: number, error: string): Promise<void> {
    const { timeline, clock } = this.#dependencies;
    for (;;) {
      const { cursor } = this.#store;
      if (!cursor || retryDeadline(0, windowStart) > clock.now() || this.#room === 0) return;
      const page = await timeline.read(cursor, PAGE_SIZE).catch(() => null);
      // During the read, the scheduler may have read further, or stopped.
      if (!page || this.#stopped.aborted || this.#readAhead.pages > 0 || this.#store.cursor !== cursor) return;
      const now = clock.now();
      const expired = page.messages.filter(({ recordedAt }) => retryDeadline(recordedAt, windowStart) <= now);
      const last = expired.at(-1);
      if (!last) return;
      for (const message of expired) {
        const { id: entryId, alertId, mutedUntil } = message;
        if (mutedUntil === null) this.#store.deadLetters.add(message, 0, error, now);
        else this.#store.held.hold({ alertId, entryId, until: mutedUntil });
      }
      this.#store.moveCursor(last.cursor);
      if (expired.length < page.messages.length) return;
    }
  }

  /**
   * Makes dead letters pending again, after the pending messages of their alerts.
   * @param id null: all
   * @returns how many
   */
  resend(id: string | null, limit: number): number {
    const deadlineAt = retryDeadline(this.#dependencies.clock.now(), 0);
    let resent = 0;
    for (const one of id === null ? this.#store.deadLetters.ids(limit) : [id].slice(0, limit)) {
      const letter = this.#store.deadLetters.get(one);
      if (!letter) continue;
      this.#pending.storeAlert(letter.alertId);
      const message = this.#store.resend(one, deadlineAt);
      if (message) this.#pending.addStored(message);
      resent++;
    }
    return resent;
  }
}
