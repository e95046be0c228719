/** A message: one timeline entry on its way to an endpoint. Its attempts are made in http.ts. */
import type { toTimelineEntryWithAlert } from "../../db/alert-view.ts";
import type { EntryType } from "../../alerts/model.ts";

/** One timeline entry as it is sent. */
export interface Message {
  /** Id of the timeline entry and `webhook-id` of every attempt. */
  id: string;
  alertId: string;
  type: EntryType;
  /** Unix ms. */
  recordedAt: number;
  /** JSON. */
  body: string;
}

/** A timeline entry with its alert, as JSON has it. */
type SentEntry = ReturnType<typeof toTimelineEntryWithAlert>;

/** The type of the message that leaves when the mute of an unresolved alert ends. */
export const UNMUTED = "alert.unmuted";

/** The body of a message. */
export interface MessagePayload {
  /** `alert.created`, `alert.acknowledged` …, `alert.unmuted`, or `subscription.test`. */
  type: string;
  /** ISO 8601. */
  timestamp: string;
  data: SentEntry | Record<string, never>;
}

/** The timeline entry of a message; null: a test message has none. */
export const entryOf = ({ data }: MessagePayload): SentEntry | null => ("alertId" in data ? (data as SentEntry) : null);

/** What lists say about a message, read from its body. */
export interface MessageSummary {
  /** `alert.created` …; `unknown`: the body is no message. */
  type: string;
  /** Title of the alert, cut to `maxTitle` characters; null: the message has no alert. */
  alertTitle: string | null;
}

/**
 * Reads type and title of a message from its body.
 * @param maxTitle in characters
 */
export function summarize(body: string, maxTitle: number): MessageSummary {
  try {
    const payload = JSON.parse(body) as MessagePayload;
    const title = entryOf(payload)?.alert.title;
    return { type: payload.type, alertTitle: title?.slice(0, maxTitle).toWellFormed() ?? null };
  } catch {
    return { type: "unknown", alertTitle: null };
  }
}

/** The type of the messages of a type of entries. */
export const messageType = (type: EntryType): string => `alert.${type.toLowerCase()}`;

/**
 * The body of a message: the payload that Standard Webhooks recommends. Its `data` is an item of `GET /v1/timeline`.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure
 */
export const messageBody = (entry: SentEntry): string =>
  JSON.stringify({
    type: messageType(entry.type),
    timestamp: entry.recordedAt,
    data: entry,
  } satisfies MessagePayload);

/**
 * The body of the message that leaves when the mute of an unresolved alert ends: the first entry that was not sent, with the alert as
 * it is then.
 * @param now Unix ms
 */
export const unmutedBody = (entry: SentEntry, now: number): string =>
  JSON.stringify({
    type: UNMUTED,
    timestamp: new Date(now).toISOString(),
    data: entry,
  } satisfies MessagePayload);

/**
 * The body of a test message.
 * @param now Unix ms
 */
export const testBody = (now: number): string =>
  JSON.stringify({
    type: "subscription.test",
    timestamp: new Date(now).toISOString(),
    data: {},
  } satisfies MessagePayload);
