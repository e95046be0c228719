import { healthchecks } from "../../../src/providers/healthchecks.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: healthchecks,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "5398178f-0001-4c1e-8d5b-000000000001",
          title: "Nightly backup",
          severity: "HIGH",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      proves: "repeat",
      patch: { now: "2026-09-21T15:13:20+00:00" },
      reads: [{ alertKey: "5398178f-0001-4c1e-8d5b-000000000001" }],
    },
    {
      proves: "resolve",
      patch: { status: "up" },
      reads: [{ action: "resolve", alertKey: "5398178f-0001-4c1e-8d5b-000000000001" }],
    },
    { proves: "placeholders", patch: { check: "$CODE", name: "$NAME" }, reads: [{ alertKey: null, title: "$NAME" }] },
    {
      proves: "odd",
      name: "the PagerTree body",
      body: { incident_key: "c1", event_type: "resolve", title: "backup is UP", client: "healthchecks.io" },
      reads: [{ action: "resolve", alertKey: "c1", title: "backup is UP" }],
    },
    {
      proves: "odd",
      name: "$JSON",
      body: { name: "Backup", status: "down", ping_url: "https://hc-ping.com/5398178f-0001-4c1e-8d5b-000000000001" },
      reads: [{ alertKey: "5398178f-0001-4c1e-8d5b-000000000001" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected the object/ },
  ],
};
