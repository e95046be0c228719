import { pagerdutyWebhookV2 } from "../../../src/providers/pagerduty-webhook-v2.ts";
import type { Contract } from "../contract.ts";

const message = (event: string, incident: object = {}) => ({
  id: "6d4e5d20-b5a0-11f0-9a1b-22000a15839c",
  event,
  created_on: "2026-09-21T14:20:00Z",
  incident: { id: "PSAMPL2", title: "Checkout answers slowly", urgency: "high", ...incident },
});

export const contract: Contract = {
  provider: pagerdutyWebhookV2,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "PSAMPL2",
          title: "Checkout answers slowly",
          severity: "HIGH",
          source: "Checkout API",
          url: "https://acme.pagerduty.example.com/incidents/PSAMPL2",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "odd",
      name: "the end of an acknowledgement",
      body: { messages: [message("incident.unacknowledge")] },
      reads: [{ action: "trigger", endsAcknowledgement: true, alertKey: "PSAMPL2" }],
    },
    {
      kind: "acknowledge",
      body: { messages: [message("incident.acknowledge")] },
      reads: [{ action: "acknowledge", alertKey: "PSAMPL2", occurredAt: "2026-09-21T14:20:00.000Z" }],
    },
    {
      kind: "resolve",
      body: { messages: [message("incident.resolve", { incident_key: null })] },
      reads: [{ action: "resolve", alertKey: "PSAMPL2" }],
    },
    {
      kind: "batch",
      name: "one without an incident, one without a state change",
      body: {
        messages: [
          message("incident.assign"),
          { event: "incident.trigger", incident: null },
          message("incident.acknowledge"),
        ],
      },
      reads: [{ unreadable: "/messages/1/incident: expected an incident" }, { action: "acknowledge" }],
    },
    { kind: "odd", name: "only a note", body: { messages: [message("incident.annotate")] }, reads: [] },
    {
      kind: "odd",
      name: "a priority",
      body: { messages: [message("incident.trigger", { priority: { summary: "P4" } })] },
      reads: [{ severity: "LOW" }],
    },
    { kind: "odd", name: "no messages in the list", body: { messages: [] }, reads: [] },
    { kind: "odd", name: "no list", body: { messages: {} }, rejects: /expected the messages of a V2 webhook/ },
    {
      kind: "odd",
      name: "messages of V1",
      body: { messages: [{ type: "incident.trigger", data: {} }] },
      rejects: /expected the name of an event/,
    },
  ],
};
