/**
 * Turns alerts that always fire, such as Alertmanager's `Watchdog`, into heartbeats. Pure. What happens when they stop coming is
 * decided by the integration's object (objects/integration/heartbeat.ts).
 */
import type { AlertEvent, UnreadableEvent } from "../alerts/event.ts";
import { labelsOf } from "../alerts/labels.ts";
import { type Matcher, matches } from "../alerts/matchers.ts";

/**
 * The events, in which triggers whose labels match are heartbeats. Their dates are left out: such an alert is dated with the start of
 * an episode that never ends. Their resolves stay resolves, because the end of such an alert is no heartbeat.
 */
export function markHeartbeats(
  events: readonly (AlertEvent | UnreadableEvent)[],
  matchers: readonly Matcher[],
  integrationId: string,
): (AlertEvent | UnreadableEvent)[] {
  if (matchers.length === 0) return [...events];
  return events.map((event) =>
    !("unreadable" in event) && event.action === "trigger" && matches(matchers, labelsOf({ integrationId, ...event }))
      ? { ...event, action: "heartbeat", occurredAt: null, startedAt: null, expiresAt: null }
      : event,
  );
}
