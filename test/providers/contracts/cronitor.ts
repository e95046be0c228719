import { cronitor } from "../../../src/providers/cronitor.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: cronitor,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["x7Qk2p","production"]',
          externalId: "x7Qk2p",
          title: "Nightly backup",
          description: "Did not complete at the expected time.",
          severity: "HIGH",
          source: "Nightly backup",
          url: "https://cronitor.io/app/issues/9c1e0001",
          occurredAt: null,
        },
      ],
    },
    {
      kind: "resolve",
      patch: { type: "RECOVERY" },
      reads: [{ action: "resolve", alertKey: '["x7Qk2p","production"]' }],
    },
    {
      kind: "resolve",
      name: "an older body, without an environment",
      patch: { type: "Recovery", environment: null, issue_url: null },
      reads: [{ action: "resolve", alertKey: "x7Qk2p", url: "https://cronitor.io/app/monitors/x7Qk2p" }],
    },
    { kind: "odd", name: "no type", patch: { type: null }, reads: [{ action: "trigger" }] },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Cronitor alert/ },
    ...["Nightly backup has recovered", "The monitor is back online", "Job is now healthy"].map((description) => ({
      kind: "odd" as const,
      name: `no type: ${description}`,
      patch: { type: null, description },
      reads: [{ action: "resolve" as const, alertKey: '["x7Qk2p","production"]' }],
    })),
    ...["Did not complete at the expected time.", "Nightly backup has not recovered"].map((description) => ({
      kind: "odd" as const,
      name: `no type: ${description}`,
      patch: { type: null, description },
      reads: [{ action: "trigger" as const, alertKey: '["x7Qk2p","production"]' }],
    })),
    { kind: "test", patch: { type: "TEST" }, reads: [] },
  ],
};
