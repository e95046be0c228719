import type { AlertEvent } from "../alerts/event.ts";
import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { asInstant, asSeverity, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { nameOf } from "./generic-fields.ts";
import { pagerdutyWebhooks } from "./pagerduty-webhooks.ts";
import { BodyError, newEvent, type Provider, readBatch, type Reading } from "./provider.ts";

/** `event` of a message; the others (assign, escalate, delegate …) do not change the state. */
export const MESSAGE_ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    "incident.trigger": "trigger",
    "incident.unacknowledge": "trigger",
    "incident.acknowledge": "acknowledge",
    "incident.resolve": "resolve",
    "incident.annotate": "note",
  }),
);

/** PagerDuty's webhooks, version 2, unsigned: a batch of messages. https://developer.pagerduty.com/docs/webhooks-v2-overview */
export const pagerdutyWebhookV2: Provider = {
  id: "pagerduty-webhook-v2",
  name: "PagerDuty webhooks v2",
  docs: "https://developer.pagerduty.com/docs/webhooks-v2-overview",
  verification: { scheme: "token" },
  setup: `PagerDuty no longer creates webhooks of version 2. Use version 3 if possible. For an existing webhook, set its endpoint URL to
\`<INGEST_URL>?token=<SECRET>\`.`,
  sample: {
    body: {
      messages: [
        {
          id: "0a1b2c3d-0001-11ee-8000-000000000001",
          event: "incident.trigger",
          created_on: "2026-09-21T14:13:20Z",
          incident: {
            id: "PSAMPL2",
            incident_number: 42,
            title: "Checkout answers slowly",
            status: "triggered",
            urgency: "high",
            incident_key: "checkout-latency",
            html_url: "https://acme.pagerduty.example.com/incidents/PSAMPL2",
            service: { id: "PSVC001", name: "Checkout API", summary: "Checkout API" },
          },
          log_entries: [
            {
              type: "trigger_log_entry",
              created_at: "2026-09-21T14:13:20Z",
              channel: { details: "Nine of ten requests take longer than five seconds." },
            },
          ],
        },
      ],
    },
  },
  senderProfile: pagerdutyWebhooks.senderProfile,
  volatile: [],
  // Unique per webhook, and the same in every attempt.
  idempotencyKey: ({ headers }) => headers.get("x-webhook-id"),
  recognizes: ({ body }) => has(pick(body, "messages", 0), "event", "incident"),
  read({ body }) {
    const messages = pick(body, "messages");
    if (!Array.isArray(messages)) throw new BodyError("expected the messages of a V2 webhook", "/messages");
    return readStateChanges(messages, "event", (message, action, pointer) => {
      const incident = objectBody(message.incident, "an incident", `${pointer}/incident`);
      return newEvent({
        action,
        alertKey: keyOf(incident.id),
        title: firstText(incident.title, incident.summary, incident.description) ?? "PagerDuty incident",
        description: asText(pick(message, "log_entries", 0, "channel", "details")),
        severity: asSeverity(pick(incident, "priority", "summary"), asSeverity(incident.urgency)),
        source: firstText(pick(incident, "service", "name"), pick(incident, "service", "summary")),
        url: asText(incident.html_url),
        occurredAt: asInstant(pick(message, "log_entries", 0, "created_at")) ?? asInstant(message.created_on),
        author: nameOf(pick(message, "log_entries", 0, "agent")),
        note: firstText(
          pick(message, "log_entries", 0, "note"),
          pick(message, "log_entries", 0, "channel", "summary"),
          pick(message, "log_entries", 0, "channel", "note"),
        ),
        metadata: {
          event: message.event,
          number: incident.incident_number,
          urgency: incident.urgency,
          incidentKey: incident.incident_key,
          status: incident.status,
        },
      });
    });
  },
};

/**
 * Reads the messages that change the state of an incident. A note reports that others were left out.
 * @param field the field with the type of a message
 */
export function readStateChanges(
  messages: readonly unknown[],
  field: "event" | "type",
  read: (message: JsonObject, action: Action, pointer: string) => AlertEvent,
): Reading {
  const isStateChange = (message: unknown) =>
    !has(message, field) || MESSAGE_ACTIONS.has(asText(pick(message, field)) ?? "");
  const places = messages.flatMap((message, at) => (isStateChange(message) ? [{ message, at }] : []));
  const events = readBatch(places, "", (place) => {
    const { message, at } = place as (typeof places)[number];
    const pointer = `/messages/${at}`;
    const version = field === "event" ? "V2" : "V1";
    const words = objectBody(message, `a message of a ${version} webhook`, pointer);
    const action = MESSAGE_ACTIONS.get(asText(words[field]) ?? "");
    if (!action)
      throw new BodyError(`expected the ${field === "event" ? "name of an event" : "type of a message"}`, pointer);
    const event = read(words, action, pointer);
    return event.action === "note" && event.note === null ? null : event;
  });
  return {
    events,
    isRecognized: true,
    ...(places.length < messages.length && {
      note: "messages that do not change the state of an incident were left out",
    }),
  };
}
