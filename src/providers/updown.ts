import type { AlertEvent } from "../alerts/event.ts";
import type { Action, Severity } from "../alerts/model.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { BodyError, newEvent, noEvents, type Provider, readBatch, UNPUBLISHED } from "./provider.ts";

/** The effect of an event. Without an aspect, it concerns whether the check is up. */
interface Effect {
  action: Action;
  aspect?: string;
  severity?: Severity;
}
const EFFECTS: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ["check.down", { action: "trigger" }],
  ["check.up", { action: "resolve" }],
  ["check.ssl_invalid", { action: "trigger", aspect: "ssl" }],
  ["check.ssl_valid", { action: "resolve", aspect: "ssl" }],
  ["check.ssl_expiration", { action: "trigger", aspect: "ssl", severity: "MEDIUM" }],
  ["check.ssl_renewed", { action: "resolve", aspect: "ssl" }],
  ["check.performance_drop", { action: "trigger", aspect: "performance", severity: "MEDIUM" }],
]);

/** updown.io's webhooks: an array of events, each of one check. https://updown.io/api#webhooks */
export const updown: Provider = {
  id: "updown",
  name: "updown.io",
  docs: "https://updown.io/api#webhooks",
  verification: { scheme: "token" },
  setup: `1. In updown.io, open **Settings → Recipients** and add a **Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Tick it among the recipients of your checks.`,
  sample: {
    body: [
      {
        event: "check.down",
        time: "2026-09-21T14:13:50Z",
        description: "DOWN: https://shop.example.com/checkout since 14:13:20 (UTC), reason: 503",
        check: {
          token: "q4zt",
          url: "https://shop.example.com/checkout",
          alias: "Checkout",
          last_status: 503,
          down: true,
          down_since: "2026-09-21T14:13:20Z",
          error: "503",
          period: 30,
        },
        downtime: { id: "61f0", error: "503", started_at: "2026-09-21T14:13:20Z", ended_at: null, duration: null },
      },
    ],
  },
  senderProfile: UNPUBLISHED,
  successStatus: 200,
  volatile: [],
  recognizes: ({ body }) => has(pick(body, 0), "event") && has(pick(body, 0, "check"), "token"),
  read({ body }) {
    // updown.io always sends an array. A single event is a manual test.
    const events: unknown[] = Array.isArray(body) ? body : [objectBody(body, "an array of updown.io events")];
    if (events.length === 0) return noEvents("an empty array of events");
    return { events: readBatch(events, "", readEvent), isRecognized: true };
  },
};

function readEvent(element: unknown, pointer: string): AlertEvent {
  const event = objectBody(element, "an updown.io event", pointer);
  if (!has(event, "event") && !has(event, "check")) throw new BodyError("expected an event of a check", pointer);
  const name = asText(event.event) ?? "";
  const check = asObject(event.check);
  const downtime = asObject(event.downtime);
  const { action, aspect, severity }: Effect = EFFECTS.get(name) ?? { action: "trigger" };
  return newEvent({
    action,
    alertKey: aspect === undefined ? keyOf(check.token) : keyOf(check.token, aspect),
    title: firstText(event.description, check.alias, check.url) ?? "updown.io check",
    description: firstText(downtime.error, pick(event, "ssl", "error"), check.error),
    severity: severity ?? "HIGH",
    source: firstText(check.alias, check.url),
    url: firstText(downtime.details_url, check.url),
    occurredAt: asInstant(action === "resolve" ? downtime.ended_at : downtime.started_at) ?? asInstant(event.time),
    startedAt: action === "resolve" ? asInstant(downtime.started_at) : null,
    metadata: {
      event: event.event,
      token: check.token,
      status: check.last_status,
      period: check.period,
      uptime: check.uptime,
      duration: downtime.duration,
      daysBeforeExpiration: pick(event, "ssl", "days_before_expiration"),
      apdexDropped: event.apdex_dropped,
    },
  });
}
