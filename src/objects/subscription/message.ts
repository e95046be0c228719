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

/**
 * The body of a message: the payload that Standard Webhooks recommends. Its `data` is an item of `GET /v1/timeline`.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure
 */
export const messageBody = (entry: ReturnType<typeof toTimelineEntryWithAlert>): string =>
  JSON.stringify({ type: `alert.${entry.type.toLowerCase()}`, timestamp: entry.recordedAt, data: entry });

/**
 * The body of the message that leaves when the mute of an unresolved alert ends: the first entry that was not sent, with the alert as
 * it is then.
 * @param now Unix ms
 */
export const unmutedBody = (entry: ReturnType<typeof toTimelineEntryWithAlert>, now: number): string =>
  JSON.stringify({ type: "alert.unmuted", timestamp: new Date(now).toISOString(), data: entry });

/**
 * The body of a test message.
 * @param now Unix ms
 */
export const testBody = (now: number): string =>
  JSON.stringify({ type: "subscription.test", timestamp: new Date(now).toISOString(), data: {} });
