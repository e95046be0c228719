import { pagerdutyWebhookV1 } from "../../../src/providers/pagerduty-webhook-v1.ts";
import type { Contract } from "../contract.ts";

const message = (type: string, incident: object = {}) => ({
  id: "b63e4f90-b5a0-11f0-8db3-22000ad5aec9",
  type,
  created_on: "2026-09-21T14:20:00Z",
  data: { incident: { id: "PSAMPL1", incident_key: "checkout-latency", urgency: "high", ...incident } },
});

export const contract: Contract = {
  provider: pagerdutyWebhookV1,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "PSAMPL1",
          externalId: "checkout-latency",
          title: "Checkout answers slowly",
          severity: "HIGH",
          source: "Checkout API",
          url: "https://acme.pagerduty.example.com/incidents/PSAMPL1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "odd",
      name: "the end of an acknowledgement",
      body: { messages: [message("incident.unacknowledge")] },
      reads: [{ action: "trigger", endsAcknowledgement: true, alertKey: "PSAMPL1" }],
    },
    {
      kind: "acknowledge",
      body: { messages: [message("incident.acknowledge")] },
      reads: [{ action: "acknowledge", alertKey: "PSAMPL1" }],
    },
    {
      kind: "resolve",
      body: { messages: [message("incident.resolve")] },
      reads: [{ action: "resolve", alertKey: "PSAMPL1", occurredAt: "2026-09-21T14:20:00.000Z" }],
    },
    {
      kind: "batch",
      name: "two state changes, one other message, one invalid message",
      body: { messages: [message("incident.assign"), message("incident.acknowledge"), 7, message("incident.resolve")] },
      reads: [
        { action: "acknowledge" },
        { unreadable: "/messages/2: expected a message of a V1 webhook" },
        { action: "resolve" },
      ],
    },
    { kind: "odd", name: "only an escalation", body: { messages: [message("incident.escalate")] }, reads: [] },
    {
      kind: "odd",
      name: "no summary and no urgency",
      body: { messages: [message("incident.trigger", { urgency: null })] },
      reads: [{ title: "checkout-latency", severity: "MEDIUM", source: null, url: null }],
    },
    {
      kind: "odd",
      name: "a description without a subject",
      body: { messages: [message("incident.trigger", { trigger_summary_data: { description: "Disk full on db-1" } })] },
      reads: [{ title: "Disk full on db-1", description: "Disk full on db-1" }],
    },
    { kind: "odd", name: "no list", body: { messages: "none" }, rejects: /expected the messages of a V1 webhook/ },
    {
      kind: "odd",
      name: "messages of V2",
      body: { messages: [{ event: "incident.trigger", incident: {} }] },
      rejects: /expected the type of a message/,
    },
  ],
};
