import { pagerdutyWebhooks } from "../../../src/providers/pagerduty-webhooks.ts";
import type { Contract } from "../contract.ts";

const alertKey = "Q2V9HJ4XW1TTLM";

export const contract: Contract = {
  provider: pagerdutyWebhooks,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "Checkout answers slowly",
          severity: "CRITICAL",
          source: "Checkout API",
          url: "https://acme.pagerduty.example.com/incidents/Q2V9HJ4XW1TTLM",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "incident.reopened",
      patch: { event: { event_type: "incident.reopened" } },
      reads: [{ action: "trigger", alertKey }],
    },
    {
      kind: "odd",
      name: "the end of an acknowledgement",
      patch: { event: { event_type: "incident.unacknowledged" } },
      reads: [{ action: "trigger", endsAcknowledgement: true, alertKey, title: "Checkout answers slowly" }],
    },
    {
      kind: "acknowledge",
      patch: { event: { event_type: "incident.acknowledged", data: { status: "acknowledged" } } },
      reads: [{ action: "acknowledge", alertKey }],
    },
    {
      kind: "resolve",
      patch: { event: { event_type: "incident.resolved", data: { status: "resolved", incident_key: null } } },
      reads: [{ action: "resolve", alertKey }],
    },
    {
      kind: "test",
      body: { event: { event_type: "pagey.ping", resource_type: "pagey", data: { message: "Hello", type: "ping" } } },
      reads: [],
    },
    ...["incident.annotated", "incident.priority_updated", "service.updated"].map((event_type) => ({
      kind: "odd" as const,
      name: `${event_type} is no alert`,
      patch: { event: { event_type } },
      reads: [],
    })),
    {
      kind: "odd",
      name: "no priority: the urgency",
      patch: { event: { data: { priority: null, urgency: "low" } } },
      reads: [{ severity: "LOW" }],
    },
    {
      kind: "odd",
      name: "an empty incident",
      body: { event: { event_type: "incident.triggered", data: {} } },
      reads: [{ alertKey: null, title: "PagerDuty incident", severity: "MEDIUM", url: null, occurredAt: null }],
    },
    { kind: "odd", name: "messages of V2", body: { messages: [] }, rejects: /expected an event of a V3 webhook/ },
    {
      kind: "odd",
      name: "data that is a text",
      body: { event: { event_type: "incident.triggered", data: "" } },
      rejects: /expected an incident/,
    },
    {
      kind: "note",
      patch: {
        event: {
          event_type: "incident.annotated",
          agent: { summary: "Alice Example" },
          data: { type: "incident_note", content: "Restarted the pods", incident: { id: "Q2V9HJ4XW1TTLM" } },
        },
      },
      reads: [{ action: "note", alertKey: "Q2V9HJ4XW1TTLM", note: "Restarted the pods", author: "Alice Example" }],
    },
    {
      kind: "odd",
      name: "acknowledged by a person",
      patch: { event: { event_type: "incident.acknowledged", agent: { summary: "Alice Example" } } },
      reads: [{ action: "acknowledge", author: "Alice Example" }],
    },
  ],
};
