import type { toTimelineEntryWithAlert } from "../../db/alert-view.ts";

/**
 * A change as a subscriber gets it: the payload that Standard Webhooks recommends, its `data` as `GET /v1/timeline` tells it.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure
 */
export const messageBody = (change: ReturnType<typeof toTimelineEntryWithAlert>): string =>
  JSON.stringify({ type: `alert.${change.type.toLowerCase()}`, timestamp: change.recordedAt, data: change });

/** What a test sends. `now` in Unix ms. */
export const testBody = (now: number): string =>
  JSON.stringify({ type: "subscription.test", timestamp: new Date(now).toISOString(), data: {} });
