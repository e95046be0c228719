/** Wire types between the Worker and the object of a subscription. Instants are Unix ms. */
import type { Attempt } from "./attempt.ts";
import type { Target } from "./config.ts";
import type { Message } from "./message.ts";
import type { AttemptFilter } from "./store/attempts.ts";

/** A message that was given up. */
export interface DeadLetter extends Message {
  attempts: number;
  /** Error of the last attempt. */
  error: string;
  givenUpAt: number;
}

export interface SubscriptionState {
  isCircuitOpen: boolean;
  /** Messages that are being sent or failed, and the following messages of the same alerts. */
  pendingMessages: number;
  /** When the oldest pending entry was recorded. While the circuit is open and nothing is pending: when it opened. */
  oldestPendingAt: number | null;
  deadLetters: number;
  /** Muted alerts with entries that were not sent. */
  heldAlerts: number;
  lastDeliveredAt: number | null;
  /** Kept after a later success. */
  lastError: string | null;
  /**
   * Error of the last test message. Null: it was delivered, a message was delivered or the target changed since, or there was none.
   * Missing: the object still runs a version without it.
   */
  lastTestError?: string | null;
  /** When the next pending message is sent; null: none is pending, or the subscription is disabled. */
  nextAttemptAt: number | null;
}

/** The RPC interface of the object. */
export interface SubscriptionObject {
  /**
   * Reads new timeline entries.
   * @param xid decimal; there are entries up to this transaction at least
   */
  wake(xid: string): Promise<void>;
  /** Loads the config from Postgres again. */
  refresh(): Promise<void>;
  /** Asks again which alerts are muted: a silence changed. Resolves once nothing leaves that was muted before the call. */
  mutingChanged(): Promise<void>;
  state(): Promise<SubscriptionState>;
  /** Lists dead letters by id, which is the order of their timeline entries. */
  listDeadLetters(afterId: string | null, limit: number): Promise<DeadLetter[]>;
  getDeadLetter(id: string): Promise<DeadLetter | null>;
  /**
   * Makes dead letters pending again, after the other pending messages.
   * @param id null: all dead letters
   * @returns how many
   */
  resendDeadLetters(id: string | null): Promise<number>;
  /** @returns whether there was such a dead letter */
  discardDeadLetter(id: string): Promise<boolean>;
  /**
   * Lists attempts of the last 7 days, the newest first.
   * @param beforeId only older ones; null: from the newest on
   */
  listAttempts(filter: AttemptFilter, beforeId: string | null, limit: number): Promise<Attempt[]>;
  getAttempt(id: string): Promise<Attempt | null>;
  /**
   * Adds an attempt that the Worker made: a test message.
   * @param target where it was sent. If messages go elsewhere by now, the result does not count for the state
   */
  recordAttempt(attempt: Attempt, target: Target): Promise<void>;
}
