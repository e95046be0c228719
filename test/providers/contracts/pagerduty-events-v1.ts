import { pagerdutyEventsV1 } from "../../../src/providers/pagerduty-events-v1.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: pagerdutyEventsV1,
  cases: [
    {
      proves: "trigger",
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
    { proves: "repeat", patch: { description: "Disk full on db-1" }, reads: [{ alertKey: "db-1/disk" }] },
    {
      proves: "acknowledge",
      patch: { event_type: "acknowledge" },
      reads: [{ action: "acknowledge", alertKey: "db-1/disk" }],
    },
    { proves: "resolve", patch: { event_type: "resolve" }, reads: [{ action: "resolve", alertKey: "db-1/disk" }] },
    {
      proves: "odd",
      name: "a key of nothing, and a severity in the details",
      patch: { incident_key: null, details: { severity: "critical" } },
      reads: [{ alertKey: null, severity: "CRITICAL" }],
    },
    { proves: "odd", name: "no description", patch: { description: null }, refuses: /description/ },
    {
      proves: "odd",
      name: "a resolve of nothing",
      patch: { event_type: "resolve", incident_key: "" },
      refuses: /incident_key/,
    },
  ],
};
