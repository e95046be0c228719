import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, pick } from "./fields.ts";
import { nameOf } from "./generic-fields.ts";
import { readStateChanges } from "./pagerduty-webhook-v2.ts";
import { pagerdutyWebhooks } from "./pagerduty-webhooks.ts";
import { BodyError, newEvent, type Provider } from "./provider.ts";

/** PagerDuty's webhooks, version 1, unsigned: a batch of messages. https://developer.pagerduty.com/docs/webhooks-v1-overview */
export const pagerdutyWebhookV1: Provider = {
  id: "pagerduty-webhook-v1",
  name: "PagerDuty webhooks v1",
  docs: "https://developer.pagerduty.com/docs/webhooks-v1-overview",
  verification: { scheme: "token" },
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
  senderProfile: pagerdutyWebhooks.senderProfile,
  volatile: [],
  // Unique per webhook, and the same in every attempt.
  idempotencyKey: ({ headers }) => headers.get("x-webhook-id"),
  recognizes: ({ body }) => has(pick(body, "messages", 0, "data"), "incident"),
  read({ body }) {
    const messages = pick(body, "messages");
    if (!Array.isArray(messages)) throw new BodyError("expected the messages of a V1 webhook", "/messages");
    return readStateChanges(messages, "type", (message, action) => {
      const incident = asObject(pick(message, "data", "incident"));
      const summary = asObject(incident.trigger_summary_data);
      return newEvent({
        action,
        // The id of the incident is PagerDuty's. Its key is from the monitoring tool, and several incidents may share it.
        alertKey: keyOf(incident.id),
        externalId: firstText(incident.incident_key, incident.id),
        title: firstText(summary.subject, summary.description, incident.incident_key) ?? "PagerDuty incident",
        description: asText(summary.description),
        severity: asSeverity(incident.urgency),
        source: asText(pick(incident, "service", "name")),
        url: asText(incident.html_url),
        occurredAt: asInstant(message.created_on),
        author: nameOf(incident.last_status_change_by),
        note: firstText(pick(message, "data", "note", "content"), pick(message, "data", "note")),
        metadata: {
          type: message.type,
          number: incident.incident_number,
          status: incident.status,
          urgency: incident.urgency,
          incidentKey: incident.incident_key,
        },
      });
    });
  },
};
