import { axiom } from "../../../src/providers/axiom.ts";
import type { Contract } from "../contract.ts";

const KEY = "CabI3w142069etTgd0";

export const contract: Contract = {
  provider: axiom,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          title: "Shop errors Triggered",
          description: "Current value of 57347 is above or equal to the threshold value of 1000",
          severity: "MEDIUM",
          source: null,
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { event: { timestamp: "2026-09-21 14:23:20 +0000 UTC", value: 60_000 } },
      reads: [{ action: "trigger", alertKey: KEY }],
    },
    {
      kind: "resolve",
      patch: {
        action: "Closed",
        event: { title: "Shop errors Resolved", timestamp: "2026-09-21 16:33:20 +0200 CEST" },
      },
      reads: [
        { action: "resolve", alertKey: KEY, title: "Shop errors Resolved", occurredAt: "2026-09-21T14:33:20.000Z" },
      ],
    },
    {
      kind: "odd",
      name: "one group of a monitor",
      patch: { event: { groupKeys: ["route"], groupValues: ["/checkout"] } },
      reads: [{ alertKey: '["CabI3w142069etTgd0","/checkout"]', source: "/checkout" }],
    },
    {
      kind: "odd",
      name: "Axiom's example for incident.io, where the action is always Open",
      body: {
        action: "Open",
        event: {
          title: "Shop errors",
          description: "back to normal",
          deduplication_key: KEY,
          status: "resolved",
          metadata: {},
        },
      },
      reads: [
        { action: "resolve", alertKey: KEY, title: "Shop errors", description: "back to normal", occurredAt: null },
      ],
    },
    {
      kind: "odd",
      name: "a template without the envelope",
      body: { action: "Closed", monitorId: KEY, title: "Shop errors", timestamp: "2026-09-21T14:13:20Z" },
      reads: [{ action: "resolve", alertKey: KEY, occurredAt: "2026-09-21T14:13:20.000Z" }],
    },
    {
      kind: "placeholders",
      patch: { action: "{{.Action}}", event: { monitorID: "{{.MonitorID}}", title: "{{.Title}}" } },
      reads: [{ action: "trigger", alertKey: null, externalId: "{{.MonitorID}}", title: "{{.Title}}" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an Axiom notification/ },
  ],
};
