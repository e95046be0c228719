/**
 * The pending messages: for each alert a queue in the order of its timeline. A message is first only in memory, with
 * its page; it is stored when it fails or has to wait.
 */
import type { Message } from "./message.ts";
import type { ReadAhead, ReadPage } from "./read-ahead.ts";
import { retryDeadline } from "./retry-policy.ts";
import type { SubscriptionStore } from "./store/store.ts";
import type { Progress, StoredMessage } from "./store/pending-messages.ts";

/** A message in the queue of its alert. */
export interface PendingMessage extends Progress {
  id: string;
  alertId: string;
  at: { seq: number } | { page: ReadPage; message: Message };
  /** When the alert was known not to be muted, in Unix ms; 0: unknown. */
  checkedAt: number;
}

export class PendingMessages {
  readonly #store: SubscriptionStore;
  readonly #readAhead: ReadAhead;
  /** By alert; no queue is empty. */
  readonly #queues = new Map<string, PendingMessage[]>();
  /** Ids of stored messages. After a crash, their page may be read again. */
  readonly #storedIds = new Set<string>();

  constructor(store: SubscriptionStore, readAhead: ReadAhead) {
    this.#store = store;
    this.#readAhead = readAhead;
    for (const message of store.pending.list()) this.addStored(message);
  }

  /** How many messages are stored. */
  get stored(): number {
    return this.#storedIds.size;
  }

  /** When the oldest entry of a message was recorded, in Unix ms; null: no message is pending. */
  get oldestRecordedAt(): number | null {
    const stored = this.#store.pending.oldestRecordedAt();
    const inMemory = this.all().flatMap(({ at }) => ("seq" in at ? [] : [at.message.recordedAt]));
    const oldest = Math.min(stored ?? Infinity, ...inMemory);
    return oldest === Infinity ? null : oldest;
  }

  /** The first message of each alert. */
  heads(): PendingMessage[] {
    return [...this.#queues.values()].flatMap(([head]) => head ?? []);
  }

  all(): PendingMessage[] {
    return [...this.#queues.values()].flat();
  }

  /** The messages of an alert, in order. */
  ofAlert(alertId: string): readonly PendingMessage[] {
    return this.#queues.get(alertId) ?? [];
  }

  body({ at }: PendingMessage): string {
    return "seq" in at ? (this.#store.pending.get(at.seq)?.body ?? "") : at.message.body;
  }

  /** Adds a message of a page, unless it is stored already. After a stored message it is stored at once, so that the page need not wait. */
  add(page: ReadPage, message: Message, deadlineAt: number, checkedAt: number): void {
    const { id, alertId } = message;
    if (this.#storedIds.has(id)) return this.#readAhead.settle(page);
    const [head] = this.ofAlert(alertId);
    this.#append({ id, alertId, deadlineAt, attempts: 0, nextAttemptAt: 0, at: { page, message }, checkedAt });
    if (head && isStored(head)) this.storeAlert(alertId);
  }

  /** Adds a message that is in the store, after the others of its alert. */
  addStored({ seq, ...message }: StoredMessage): void {
    this.#storedIds.add(message.id);
    this.#append({ ...message, at: { seq }, checkedAt: 0 });
  }

  /** Stores a message that no page has, after the others of its alert. @param now start of its retry window, Unix ms */
  addNew(message: Message, now: number): void {
    const { id, alertId } = message;
    if (this.#storedIds.has(id)) return;
    this.storeAlert(alertId);
    const progress = { deadlineAt: retryDeadline(now, 0), attempts: 0, nextAttemptAt: 0 };
    this.addStored({ seq: this.#store.pending.add(message, progress), id, alertId, ...progress });
  }

  /** Drops the messages of an alert. */
  drop(alertId: string): void {
    for (let [first] = this.ofAlert(alertId); first; [first] = this.ofAlert(alertId)) this.remove(first);
  }

  #append(message: PendingMessage): void {
    const queue = this.#queues.get(message.alertId);
    if (queue) queue.push(message);
    else this.#queues.set(message.alertId, [message]);
  }

  /** Stores all messages of an alert, so that no page waits for them. */
  storeAlert(alertId: string): void {
    for (const pending of this.ofAlert(alertId)) {
      if ("seq" in pending.at) continue;
      const { page, message } = pending.at;
      pending.at = { seq: this.#store.pending.add(message, pending) };
      this.#storedIds.add(pending.id);
      this.#readAhead.settle(page);
    }
  }

  storeAll(): void {
    for (const alertId of this.#queues.keys()) this.storeAlert(alertId);
  }

  /** Records a failed attempt, and stores the messages of the alert. */
  postpone(message: PendingMessage, nextAttemptAt: number): void {
    message.attempts++;
    message.nextAttemptAt = nextAttemptAt;
    if ("seq" in message.at) this.#store.pending.postpone(message.at.seq, message.attempts, nextAttemptAt);
    else this.storeAlert(message.alertId);
  }

  /** Makes all messages due at once. */
  retryAllNow(): void {
    this.#store.pending.retryAllNow();
    for (const message of this.all()) message.nextAttemptAt = 0;
  }

  /** Removes the first message of an alert: it was delivered, or is not to be. */
  remove({ id, alertId, at }: PendingMessage): void {
    const queue = this.#queues.get(alertId);
    queue?.shift();
    if (queue?.length === 0) this.#queues.delete(alertId);
    if (!("seq" in at)) return this.#readAhead.settle(at.page);
    this.#store.pending.remove(at.seq);
    this.#storedIds.delete(id);
  }

  /** Makes stored messages dead letters; others stay. */
  giveUp(messages: readonly PendingMessage[], error: string, now: number): void {
    const givenUp = new Set<PendingMessage>();
    for (const message of messages) {
      if (!("seq" in message.at)) continue;
      this.#store.giveUp(message.at.seq, error, now);
      this.#storedIds.delete(message.id);
      givenUp.add(message);
    }
    for (const alertId of new Set([...givenUp].map((message) => message.alertId))) {
      const queue = this.ofAlert(alertId).filter((message) => !givenUp.has(message));
      if (queue.length === 0) this.#queues.delete(alertId);
      else this.#queues.set(alertId, queue);
    }
  }
}

export const isStored = ({ at }: PendingMessage): boolean => "seq" in at;
