import { pagerdutyEventsV1 } from "../../../src/providers/pagerduty-events-v1.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: pagerdutyEventsV1,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "db-1/disk",
          title: "Disk almost full on db-1",
          severity: "MEDIUM",
          source: "Example Monitoring",
          url: "https://monitoring.example.com/alerts/1",
        },
      ],
    },
    { kind: "repeat", patch: { description: "Disk full on db-1" }, reads: [{ alertKey: "db-1/disk" }] },
    {
      kind: "acknowledge",
      patch: { event_type: "acknowledge" },
      reads: [{ action: "acknowledge", alertKey: "db-1/disk" }],
    },
    { kind: "resolve", patch: { event_type: "resolve" }, reads: [{ action: "resolve", alertKey: "db-1/disk" }] },
    {
      kind: "odd",
      name: "a blank key, and a severity in the details",
      patch: { incident_key: null, details: { severity: "critical" } },
      reads: [{ alertKey: null, severity: "CRITICAL" }],
    },
    { kind: "odd", name: "no description", patch: { description: null }, rejects: /description/ },
    {
      kind: "odd",
      name: "a resolve without a key",
      patch: { event_type: "resolve", incident_key: "" },
      rejects: /incident_key/,
    },
    {
      kind: "odd",
      name: "the text of an acknowledge is a note",
      patch: { event_type: "acknowledge", description: "Alice looks into it" },
      reads: [{ action: "acknowledge", alertKey: "db-1/disk", note: "Alice looks into it" }],
    },
  ],
};
