/**
 * Turns alerts that always fire, such as Alertmanager's `Watchdog`, into signs of life. Pure. What happens when they stop coming is
 * decided by the integration's object (objects/integration/heartbeat.ts).
 */
import type { AlertEvent, UnreadableEvent } from "../alerts/event.ts";
import { labelsOf } from "../alerts/labels.ts";
import { type Matcher, matches } from "../alerts/matchers.ts";

/**
 * The events, in which triggers whose labels match are heartbeats. Their dates are left out: such an alert is dated with the start of
 * an episode that never ends. Its resolve stays a resolve, because the end of a sign of life is none.
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
