import { defineProvider } from "./form/define.ts";
import type { ActionRule } from "./form/form.ts";
import { PAGERDUTY_SENDER } from "./pagerduty-webhooks.ts";

/** The action of a message, by its type. */
export const messageAction = (type: string): readonly ActionRule[] => [
  {
    at: type,
    words: {
      trigger: "incident.trigger incident.unacknowledge",
      acknowledge: "incident.acknowledge",
      resolve: "incident.resolve",
      note: "incident.annotate",
    },
    strict: true,
  },
  // Assignments, escalations, delegations …
  { noAlert: "messages that do not change the state of an incident were left out" },
];

/** PagerDuty's webhooks, version 2, unsigned: a batch of messages. */
export const pagerdutyWebhookV2 = defineProvider({
  id: "pagerduty-webhook-v2",
  name: "PagerDuty webhooks v2",
  docs: "https://developer.pagerduty.com/docs/webhooks-v2-overview",
  category: "incidents",
  keywords: "on call on-call paging incidents",
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
  sender: PAGERDUTY_SENDER,
  body: "the messages of a V2 webhook",
  // Unique per webhook, and the same in every attempt.
  idempotencyKey: "$headers.x-webhook-id",
  recognizedBy: ["messages[0].event messages[0].incident"],
  kinds: [
    {
      when: { not: "messages[*]" },
      events: undefined,
      requires: [{ when: "messages[*]", what: "the messages of a V2 webhook" }],
    },
  ],
  events: "messages",
  event: "a message of a V2 webhook",
  requires: [
    { when: { at: "event" }, what: "the name of an event" },
    { when: "incident.id", what: "an incident", place: "incident" },
  ],
  action: messageAction("event"),
  alertKey: "incident.id",
  title: ["incident.title", "incident.summary", "incident.description", { text: "PagerDuty incident" }],
  description: "log_entries[0].channel.details",
  severity: { at: ["incident.priority.summary", "incident.urgency"] },
  source: ["incident.service.name", "incident.service.summary"],
  url: "incident.html_url",
  occurredAt: ["log_entries[0].created_at", "created_on"],
  // The acknowledgement timed out.
  endsAcknowledgement: "event=incident.unacknowledge",
  author: "log_entries[0].agent",
  note: ["log_entries[0].note", "log_entries[0].channel.summary", "log_entries[0].channel.note"],
  metadata: "event number=incident.incident_number incident.urgency incidentKey=incident.incident_key incident.status",
});
