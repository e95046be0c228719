/** The injected dependencies of the scheduler: the timeline, the endpoint, a clock and random numbers. */
import type { TimelineCursor } from "../../db/timeline.ts";
import type { SubscriptionConfig } from "./config.ts";
import type { Message } from "./message.ts";

/** The message of a timeline entry, with the state of its alert. */
export interface MutableMessage extends Message {
  /** When to ask again whether the alert is muted, in Unix ms; null: it is not muted. */
  mutedUntil: number | null;
  isUnresolved: boolean;
  /** The body of the message that leaves when the mute ends. */
  unmutedBody(): string;
}

/** The message of the first entry that was not sent of an alert. */
export interface HeldMessage extends MutableMessage {
  /**
   * The message of the entry that resolved or closed the alert during its mute, if the alert was sent before the mute; null: none.
   */
  ending: Message | null;
}

/** Messages of timeline entries, in their order. */
export interface Page {
  messages: (MutableMessage & { cursor: TimelineCursor })[];
  /** Alerts whose snooze changed, also in entries that did not match. */
  snoozeChanged: string[];
  /** The position after the messages, and after the entries that did not match. */
  nextCursor: TimelineCursor;
  hasMore: boolean;
  /** The first transaction that had not begun when the page was read. */
  nextXid: bigint;
}

/** Result of an attempt. `statusCode` is null when the endpoint did not answer, or was not called. */
export type AttemptResult =
  | {
      isDelivered: true;
      statusCode: number | null;
      /** Why nothing was sent: the product has no call for this message. */
      skipped?: string;
    }
  | {
      isDelivered: false;
      statusCode: number | null;
      error: string;
      /** `Retry-After` of the endpoint. */
      retryAfterMs: number | null;
      /** Whether the message itself is at fault, so that further attempts are useless. */
      isPermanent?: boolean;
    };

/** A message that is due. */
export interface OutgoingMessage {
  id: string;
  alertId: string;
  /** JSON. */
  body: string;
  /** Number of this attempt, from 1. */
  attempt: number;
}

/**
 * Whether the endpoint asks for no more messages.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#deliverability-and-reliability
 */
export const isGone = ({ statusCode }: AttemptResult): boolean => statusCode === 410;

/** Every call throws when Postgres does not answer. */
export interface TimelineDependency {
  /** Reads the messages after a cursor. */
  read(cursor: TimelineCursor, limit: number): Promise<Page>;
  /** The alerts of these that are muted, with the time to ask again (Unix ms). */
  mutes(alertIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /**
   * The messages of these entries now. Those that expired are missing.
   * @param readUntil later entries are still to be read, and no endings
   */
  held(entryIds: readonly string[], readUntil: TimelineCursor): Promise<HeldMessage[]>;
}

export interface Dependencies {
  timeline: TimelineDependency;
  endpoint: {
    /** Makes one attempt. Never rejects. */
    send(config: SubscriptionConfig, message: OutgoingMessage): Promise<AttemptResult>;
  };
  subscription: {
    /**
     * Ends the subscription, if Postgres answers. Never rejects.
     * @param url the endpoint that asked for it
     */
    end(url: string): Promise<void>;
    /** Called after each attempt, once its result is stored. */
    attempted(): void;
  };
  clock: {
    /** Unix ms. */
    now(): number;
    wait(ms: number): Promise<void>;
  };
  /** In 0 … 1. */
  random(): number;
}
