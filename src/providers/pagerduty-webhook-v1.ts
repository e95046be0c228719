import { defineProvider } from "./form/define.ts";
import { messageAction } from "./pagerduty-webhook-v2.ts";
import { PAGERDUTY_SENDER } from "./pagerduty-webhooks.ts";

/** PagerDuty's webhooks, version 1, unsigned: a batch of messages. */
export const pagerdutyWebhookV1 = defineProvider({
  id: "pagerduty-webhook-v1",
  name: "PagerDuty webhooks v1",
  docs: "https://developer.pagerduty.com/docs/webhooks-v1-overview",
  category: "incidents",
  keywords: "on call on-call paging incidents",
  setup: `PagerDuty no longer creates webhooks of version 1. Use version 3 if possible. For an existing webhook, set its endpoint URL to
\`<INGEST_URL>?token=<SECRET>\`.`,
  sample: {
    body: {
      messages: [
        {
          id: "0a1b2c3d-0001-11ee-8000-000000000001",
          type: "incident.trigger",
          created_on: "2026-09-21T14:13:20Z",
          data: {
            incident: {
              id: "PSAMPL1",
              incident_number: 42,
              status: "triggered",
              incident_key: "checkout-latency",
              html_url: "https://acme.pagerduty.example.com/incidents/PSAMPL1",
              service: { id: "PSVC001", name: "Checkout API" },
              trigger_summary_data: { subject: "Checkout answers slowly" },
              urgency: "high",
            },
          },
        },
      ],
    },
  },
  sender: PAGERDUTY_SENDER,
  body: "the messages of a V1 webhook",
  // Unique per webhook, and the same in every attempt.
  idempotencyKey: "$headers.x-webhook-id",
  recognizedBy: ["messages[0].data.incident"],
  kinds: [
    {
      when: { not: "messages[*]" },
      events: undefined,
      requires: [{ when: "messages[*]", what: "the messages of a V1 webhook" }],
    },
  ],
  events: "messages",
  event: "a message of a V1 webhook",
  requires: [{ when: { at: "type" }, what: "the type of a message" }],
  action: messageAction("type"),
  // The id of the incident is PagerDuty's. Its key is from the monitoring tool, and several incidents may share it.
  alertKey: "data.incident.id",
  externalId: ["data.incident.incident_key", "data.incident.id"],
  title: [
    "data.incident.trigger_summary_data.subject",
    "data.incident.trigger_summary_data.description",
    "data.incident.incident_key",
    { text: "PagerDuty incident" },
  ],
  description: "data.incident.trigger_summary_data.description",
  severity: { at: "data.incident.urgency" },
  source: "data.incident.service.name",
  url: "data.incident.html_url",
  occurredAt: "created_on",
  // The acknowledgement timed out.
  endsAcknowledgement: "type=incident.unacknowledge",
  author: "data.incident.last_status_change_by",
  note: ["data.note.content", "data.note"],
  metadata: `type number=data.incident.incident_number data.incident.status data.incident.urgency
    incidentKey=data.incident.incident_key`,
});
