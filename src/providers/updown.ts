import type { AlertEvent } from "../alerts/event.ts";
import type { Action, Severity } from "../alerts/model.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { BodyError, newEvent, none, type Provider, readBatch, UNPUBLISHED } from "./provider.ts";

/** What an event does to which aspect of its check; without one, to whether it is up. */
interface Batch {
  action: Action;
  aspect?: string;
  severity?: Severity;
}
const TURNS: ReadonlyMap<string, Batch> = new Map<string, Batch>([
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
  recognises: ({ body }) => has(pick(body, 0), "event") && has(pick(body, 0, "check"), "token"),
  read({ body }) {
    // Events always come in an array; a single one is what people try by hand.
    const events: unknown[] = Array.isArray(body) ? body : [objectBody(body, "an array of updown.io's events")];
    if (events.length === 0) return none("an array of no events");
    return { events: readBatch(events, "", readEvent), isRecognised: true };
  },
};

function readEvent(element: unknown, pointer: string): AlertEvent {
  const event = objectBody(element, "an updown.io event", pointer);
  if (!has(event, "event") && !has(event, "check")) throw new BodyError("expected an event of a check", pointer);
  const name = asText(event.event) ?? "";
  const check = asObject(event.check);
  const downtime = asObject(event.downtime);
  const { action, aspect, severity }: Batch = TURNS.get(name) ?? { action: "trigger" };
  return newEvent({
    action,
    alertKey: aspect === undefined ? keyOf(check.token) : keyOf(check.token, aspect),
    title: firstText(event.description, check.alias, check.url) ?? "updown.io check",
    description: firstText(downtime.error, pick(event, "ssl", "error"), check.error),
    severity: severity ?? "HIGH",
    source: firstText(check.alias, check.url),
    url: firstText(downtime.details_url, check.url),
    occurredAt: asInstant(action === "resolve" ? downtime.ended_at : downtime.started_at) ?? asInstant(event.time),
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
