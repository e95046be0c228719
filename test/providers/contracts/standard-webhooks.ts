import { standardWebhooks } from "../../../src/providers/standard-webhooks.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: standardWebhooks,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "check-9",
          title: "Login is slow",
          severity: "HIGH",
          url: "https://status.example.com/checks/9",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { kind: "repeat", headers: { "webhook-id": "msg_other" }, reads: [{ alertKey: "check-9" }] },
    {
      kind: "acknowledge",
      patch: { type: "check.acknowledged" },
      reads: [{ action: "acknowledge", alertKey: "check-9" }],
    },
    {
      kind: "resolve",
      name: "by its type",
      patch: { type: "check.recovered" },
      reads: [{ action: "resolve", alertKey: "check-9" }],
    },
    {
      kind: "resolve",
      name: "the state in the data",
      patch: { type: "check.changed", data: { status: "resolved" } },
      reads: [{ action: "resolve", alertKey: "check-9" }],
    },
    {
      kind: "odd",
      name: "no data",
      patch: { data: null },
      reads: [{ action: "trigger", title: "check.failed", alertKey: null }],
    },
    {
      kind: "odd",
      name: "data without a title",
      patch: { data: { title: null } },
      reads: [{ title: "check.failed" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Standard Webhooks object/ },
    ...(
      [
        ["public_alert.alert_created_v1", "firing", "trigger"],
        ["public_alert.alert_resolved_v1", "resolved", "resolve"],
      ] as const
    ).map(([type, status, action]) => ({
      kind: "odd" as const,
      name: `incident.io names the data like its type: ${type}`,
      body: {
        event_type: type,
        [type]: {
          id: "a1",
          title: "Checkout fails",
          status,
          deduplication_key: "dd:1",
          attributes: [{ attribute: { name: "Priority" }, value: { label: "Urgent" } }],
        },
      },
      reads: [{ action, alertKey: "dd:1", title: "Checkout fails", severity: "HIGH" as const, metadata: { type } }],
    })),
    ...(
      [
        ["Investigating", "live", "trigger"],
        ["Closed", "closed", "resolve"],
      ] as const
    ).map(([name, category, action]) => ({
      kind: "odd" as const,
      name: `an incident of incident.io: ${name}`,
      body: {
        event_type: "public_incident.incident_updated_v2",
        "public_incident.incident_updated_v2": {
          id: "01HX",
          name: "Checkout is down",
          incident_status: { name, category },
          severity: { name: "Critical" },
          permalink: "https://app.incident.example.com/incidents/7",
        },
      },
      reads: [
        {
          action,
          alertKey: "01HX",
          title: "Checkout is down",
          severity: "CRITICAL" as const,
          url: "https://app.incident.example.com/incidents/7",
        },
      ],
    })),
    {
      kind: "odd",
      name: "the alert is one level down",
      patch: {
        type: "incident.acknowledged",
        data: { id: null, title: null, severity: null, incident: { id: "i1", title: "Down", severity: "P1" } },
      },
      reads: [{ action: "acknowledge", alertKey: "i1", title: "Down", severity: "CRITICAL" }],
    },
    {
      kind: "odd",
      name: "an event that is not an alert",
      body: { type: "user.updated", data: { email: "a@example.com" } },
      reads: [],
    },
  ],
};
