import { googleCloudMonitoring } from "../../../src/providers/google-cloud-monitoring.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: googleCloudMonitoring,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "0.n4d2k8example",
          title: "CPU utilization for db-1 is above the threshold of 0.9 with a value of 0.97.",
          description: "See the runbook.",
          severity: "CRITICAL",
          source: "db-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { kind: "repeat", patch: { incident: { summary: "still above" } }, reads: [{ alertKey: "0.n4d2k8example" }] },
    {
      kind: "acknowledge",
      patch: { incident: { state: "acknowledged" } },
      reads: [{ action: "acknowledge", alertKey: "0.n4d2k8example" }],
    },
    {
      kind: "resolve",
      patch: { incident: { state: "closed", ended_at: 1790000600 } },
      reads: [{ action: "resolve", alertKey: "0.n4d2k8example", occurredAt: "2026-09-21T14:23:20.000Z" }],
    },
    {
      kind: "odd",
      name: "capitals, no times, the severity among the labels",
      patch: {
        incident: {
          state: "OPEN",
          started_at: 0,
          severity: null,
          metadata: { system_labels: { severity: "warning" } },
        },
      },
      reads: [{ action: "trigger", severity: "MEDIUM", occurredAt: null }],
    },
    {
      kind: "odd",
      name: "no severity",
      patch: { incident: { severity: "No severity" } },
      reads: [{ severity: "MEDIUM" }],
    },
    { kind: "odd", name: "no incident", body: { version: "1.2" }, rejects: /expected an incident object/ },
    {
      kind: "odd",
      name: "no id: the end of the link",
      patch: { incident: { incident_id: null, state: "closed", ended_at: 1790000600 } },
      reads: [
        {
          action: "resolve",
          alertKey: "0.n4d2k8example",
          startedAt: "2026-09-21T14:13:20.000Z",
          occurredAt: "2026-09-21T14:23:20.000Z",
        },
      ],
    },
    { kind: "test", patch: { version: "test" }, reads: [] },
  ],
};
