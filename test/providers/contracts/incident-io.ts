import { incidentIo } from "../../../src/providers/incident-io.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["checkout-latency","01K5PGTC00SOURCE000000001"]';

const incident = (category: string, fields: object = {}) => ({
  id: "01K5PGTC00INCIDENT00000001",
  reference: "INC-42",
  name: "Checkout is down",
  summary: "No order succeeds.",
  permalink: "https://app.incident.example.com/incidents/42",
  visibility: "public",
  mode: "standard",
  severity: { id: "01K5C", name: "Major", rank: 2 },
  incident_status: { id: "01K5D", name: "Investigating", category },
  incident_type: { id: "01K5E", name: "Outage" },
  created_at: "2026-09-21T14:13:20Z",
  updated_at: "2026-09-21T14:13:20Z",
  ...fields,
});

const created = (category: string) => ({
  event_type: "public_incident.incident_created_v2",
  "public_incident.incident_created_v2": incident(category),
});

const statusUpdated = (category: string) => ({
  event_type: "public_incident.incident_status_updated_v2",
  "public_incident.incident_status_updated_v2": { incident: incident(category), message: "The rollback helped" },
});

export const contract: Contract = {
  provider: incidentIo,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          externalId: "01K5PGTC00ALERT0000000001",
          title: "Checkout answers slowly",
          description: "The 95th percentile is above 2 s.",
          severity: "HIGH",
          url: "https://monitoring.example.com/alerts/1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      body: {
        event_type: "public_alert.alert_resolved_v1",
        "public_alert.alert_resolved_v1": {
          id: "01K5PGTC00ALERT0000000001",
          alert_source_id: "01K5PGTC00SOURCE000000001",
          title: "Checkout answers slowly",
          status: "resolved",
          deduplication_key: "checkout-latency",
          resolved_at: "2026-09-21T15:13:20Z",
        },
      },
      reads: [{ action: "resolve", alertKey, occurredAt: "2026-09-21T15:13:20.000Z" }],
    },
    {
      kind: "odd",
      name: "an incident",
      body: created("live"),
      reads: [
        {
          action: "trigger",
          alertKey: "01K5PGTC00INCIDENT00000001",
          externalId: "INC-42",
          title: "Checkout is down",
          severity: "HIGH",
          url: "https://app.incident.example.com/incidents/42",
        },
      ],
    },
    ...["learning", "closed", "declined", "canceled", "merged"].map((category) => ({
      kind: "odd" as const,
      name: `an incident: ${category}`,
      body: statusUpdated(category),
      reads: [{ action: "resolve" as const, alertKey: "01K5PGTC00INCIDENT00000001", note: "The rollback helped" }],
    })),
    { kind: "odd", name: "a paused incident", body: statusUpdated("paused"), reads: [] },
    {
      kind: "odd",
      name: "a private incident, of which only the id is sent",
      body: {
        event_type: "private_incident.incident_created_v2",
        "private_incident.incident_created_v2": { id: "01K5" },
      },
      reads: [],
    },
    {
      kind: "odd",
      name: "no data",
      body: { event_type: "public_alert.alert_created_v1" },
      rejects: /expected the data of the event/,
    },
    { kind: "odd", name: "no type", patch: { event_type: null }, rejects: /expected event_type/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected an event of incident.io/ },
  ],
};
