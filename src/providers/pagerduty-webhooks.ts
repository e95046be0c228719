import { defineProvider } from "./form/define.ts";
import type { SenderForm } from "./form/form.ts";
import { DEFAULT_HMAC } from "../verification/settings.ts";
import { SET_SOURCE_SECRET } from "./setup.ts";

/** The sender of all versions. https://developer.pagerduty.com/docs/webhooks-overview#webhook-delivery-and-retries */
export const PAGERDUTY_SENDER: SenderForm = {
  timeoutSeconds: 5,
  retries: ["429", "5xx"],
  note: "for up to 48 hours, in order; three drops in a row switch the webhook off for 24 hours",
};

/** PagerDuty's webhooks, version 3: one event of an incident, signed. */
export const pagerdutyWebhooks = defineProvider({
  id: "pagerduty-webhooks",
  name: "PagerDuty webhooks v3",
  docs: "https://developer.pagerduty.com/docs/webhooks-overview",
  category: "incidents",
  keywords: "on call on-call paging incidents",
  // https://developer.pagerduty.com/docs/verifying-webhook-signatures: several comma-separated signatures during a rotation.
  verification: { ...DEFAULT_HMAC, header: "x-pagerduty-signature", prefix: "v1=" },
  setup: `1. In PagerDuty, open **Integrations → Generic Webhooks (v3) → New Webhook**.
2. Webhook URL: \`<INGEST_URL>\`. Choose the scope and the incident events: triggered, acknowledged, unacknowledged, reopened, resolved.
3. PagerDuty shows the signing secret once. ${SET_SOURCE_SECRET}`,
  sample: {
    headers: { "x-webhook-id": "6b3f9b5e-2f4c-4b6f-9d5e-0d1c2b3a4f50" },
    body: {
      event: {
        id: "01CXYZEXAMPLE0001",
        event_type: "incident.triggered",
        resource_type: "incident",
        occurred_at: "2026-09-21T14:13:20.000Z",
        agent: null,
        client: null,
        data: {
          id: "Q2V9HJ4XW1TTLM",
          type: "incident",
          html_url: "https://acme.pagerduty.example.com/incidents/Q2V9HJ4XW1TTLM",
          number: 42,
          status: "triggered",
          incident_key: "checkout-latency",
          title: "Checkout answers slowly",
          service: { id: "PSVC001", summary: "Checkout API", type: "service_reference" },
          assignees: [{ id: "PUSR001", summary: "Alice Example" }],
          priority: { id: "PPRI001", summary: "P1" },
          urgency: "high",
        },
      },
    },
  },
  sender: PAGERDUTY_SENDER,
  body: "an event of a V3 webhook",
  // Unique per webhook, and the same in every attempt.
  idempotencyKey: ["$headers.x-webhook-id", "event.id"],
  hasUniqueBody: true,
  recognizedBy: ["$headers.x-pagerduty-signature", "event.event_type event.data"],
  kinds: [
    {
      // What people write on an incident.
      when: { at: "event.event_type", is: "incident.annotated incident.status_update_published" },
      action: "note",
      alertKey: "incident.id",
      note: ["content", "message"],
      url: "incident.html_url",
    },
    {
      when: { not: "event.event_type" },
      events: "event",
      event: "an event of a V3 webhook",
      requires: [{ when: "event_type", what: "the type of an event" }],
    },
  ],
  events: "event.data",
  event: "an incident",
  action: [
    {
      at: "$body.event.event_type",
      words: {
        trigger: "incident.triggered incident.reopened incident.unacknowledged",
        acknowledge: "incident.acknowledged",
        resolve: "incident.resolved",
      },
      strict: true,
    },
    { noAlert: "the event does not change the state of an incident" },
  ],
  alertKey: "id",
  title: ["title", "summary", { text: "PagerDuty incident" }],
  severity: { at: ["priority.summary", "urgency"] },
  source: "service.summary",
  url: "html_url",
  occurredAt: "$body.event.occurred_at",
  // Also when the acknowledgement timed out.
  endsAcknowledgement: "$body.event.event_type=incident.unacknowledged",
  startedAt: "created_at",
  author: "$body.event.agent",
  note: { at: ["resolve_reason.summary", "resolve_reason"], on: "resolve" },
  metadata: {
    eventType: "$body.event.event_type",
    number: "number",
    urgency: "urgency",
    priority: "priority.summary",
    incidentKey: "incident_key",
    service: "service.summary",
    assignees: "assignees",
    agent: "$body.event.agent.summary",
  },
});
