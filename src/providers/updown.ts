import type { Action } from "../alerts/model.ts";
import { MINUTE } from "../lib/time.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody } from "./fields.ts";
import { BodyError, newEvent, type Provider, readBatch, UNPUBLISHED } from "./provider.ts";

/** `event`; what is not here (performance, renewed certificates) is no turn of an outage. */
const EVENTS: ReadonlyMap<string, Action> = new Map([
  ["check.down", "trigger"],
  ["check.still_down", "trigger"],
  ["check.up", "resolve"],
  ["check.ssl_invalid", "trigger"],
  ["check.ssl_expiration", "trigger"],
  ["check.ssl_valid", "resolve"],
  ["check.ssl_renewed", "resolve"],
  ["check.performance_drop", "trigger"],
]);

/** updown.io's webhook: an array of events. https://updown.io/doc/how-web-hooks-work */
export const updown: Provider = {
  id: "updown",
  name: "updown.io",
  docs: "https://updown.io/api#webhooks",
  verification: { scheme: "token" },
  setup: `1. In updown.io, open **Settings → Recipients → Add a webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.
3. Choose the recipient in your checks.`,
  sample: {
    body: [
      {
        event: "check.down",
        time: "2026-09-21T14:13:20Z",
        description: "DOWN: https://shop.example.com since 14:13:20 (UTC), reason: 503",
        check: {
          token: "ab3x",
          url: "https://shop.example.com",
          alias: "Shop",
          last_status: 503,
          down: true,
          down_since: "2026-09-21T14:13:20Z",
          error: "503",
        },
        downtime: { error: "503", started_at: "2026-09-21T14:13:20Z", ended_at: null, duration: null },
      },
    ],
  },
  sender: UNPUBLISHED,
  volatile: [],
  maxLatenessMs: 2 * MINUTE,
  recognises: ({ body }) => {
    const first: unknown = Array.isArray(body) ? body[0] : body;
    return has(first, "event", "check") && has(asObject(first).check, "token");
  },
  read({ body }) {
    const all: unknown[] = Array.isArray(body) ? body : [objectBody(body, "updown.io's array of events")];
    const turns = all.filter((event) => !has(event, "event") || EVENTS.has(asText(asObject(event).event) ?? ""));
    return {
      events: readBatch(turns, "", (value, pointer) => {
        const event = objectBody(value, "an event object", pointer);
        const name = asText(event.event) ?? "";
        const action = EVENTS.get(name);
        if (!action) throw new BodyError("the event has no name", pointer);
        const check = asObject(event.check);
        const downtime = asObject(event.downtime);
        const isOutage = /^check\.(still_)?(down|up)$/.test(name);
        return newEvent({
          action,
          // A certificate and a slow answer are alerts beside the outage.
          alertKey: isOutage
            ? keyOf(check.token)
            : keyOf(check.token, name.startsWith("check.ssl") ? "ssl" : "performance"),
          externalId: asText(check.token),
          title: firstText(check.alias, check.url) ?? "updown.io check",
          description: firstText(event.description, downtime.error, check.error),
          severity: isOutage ? "HIGH" : "MEDIUM",
          source: firstText(check.alias, check.url),
          url: asText(check.url),
          occurredAt: asInstant(
            action === "resolve" ? (downtime.ended_at ?? event.time) : (downtime.started_at ?? event.time),
          ),
          metadata: {
            event: name,
            error: firstText(downtime.error, check.error),
            status: check.last_status,
            duration: downtime.duration,
            period: check.period,
          },
        });
      }),
      isRecognised: true,
      ...(turns.length < all.length && { note: "events that are no turn of an outage were left out" }),
    };
  },
};
