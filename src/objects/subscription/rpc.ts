/** What is said between the Worker and the object of a subscription, and what the object's parts tell each other. */
import type { AlertStatus, Severity } from "../../alerts/model.ts";
import type { TimelineCursor, TimelineEntryType } from "../../db/timeline.ts";
import type { EncryptedSecret } from "../../lib/secret-box.ts";

/** Of which changes a subscriber wants to hear; what is left out does not matter. */
export interface SubscriptionFilter {
  status?: AlertStatus[] | undefined;
  severity?: Severity[] | undefined;
  type?: TimelineEntryType[] | undefined;
  integrationId?: string | undefined;
  labels?: Record<string, string> | undefined;
}

/** A subscription as its object knows it. */
export interface SubscriptionConfig {
  id: string;
  teamId: string | null;
  url: string;
  filter: SubscriptionFilter;
  isEnabled: boolean;
  /** A place in the changes, as text. */
  startedAfter: string;
  /** The present secret, and the one before while that overlaps. */
  secrets: EncryptedSecret[];
}

/** One change on its way to a subscriber. */
export interface Message {
  /** That of the timeline entry: the same however often it is sent. */
  id: string;
  alertId: string;
  type: TimelineEntryType;
  /** Unix ms. */
  recordedAt: number;
  /** JSON, as it is sent. */
  body: string;
}

/** Messages in the order of their changes, each with the place behind it. */
export interface Page {
  messages: (Message & { place: TimelineCursor })[];
  /** The place behind them and behind whatever did not match. */
  next: TimelineCursor;
  /** There are more already. */
  isMore: boolean;
}

/** What became of an attempt. `retryAfterMs`: what the subscriber asked for. */
export type Attempt = { isDelivered: true } | { isDelivered: false; error: string; retryAfterMs: number | null };

/** A message that was given up. Instants are Unix ms. */
export interface DeadLetter extends Message {
  attempts: number;
  error: string;
  diedAt: number;
}

/** How a subscription stands. Instants are Unix ms. */
export interface SubscriptionState {
  /** Everything before is delivered, waits here, or was given up. Null: the object has not begun. */
  place: TimelineCursor | null;
  /** Messages that failed, and those that wait behind them for the sake of their order. */
  waiting: number;
  /** When the change was recorded that has waited for longest. */
  oldestWaitingAt: number | null;
  deadLetters: number;
  /** Whoever should hear does not: it is only tried from time to time whether that is over. */
  isDown: boolean;
  lastDeliveredAt: number | null;
  lastError: string | null;
  nextAttemptAt: number | null;
}

/** What the object of a subscription answers to. */
export interface SubscriptionObject {
  /** There are new changes, up to this transaction at least. */
  wake(xid: string): Promise<void>;
  /** Postgres has another config. */
  refresh(): Promise<void>;
  state(): Promise<SubscriptionState>;
  listDeadLetters(after: string | null, limit: number): Promise<DeadLetter[]>;
  getDeadLetter(id: string): Promise<DeadLetter | null>;
  /** Puts dead letters, or this one alone, behind what waits. Gives how many. */
  resendDeadLetters(id: string | null): Promise<number>;
  discardDeadLetter(id: string): Promise<boolean>;
}
