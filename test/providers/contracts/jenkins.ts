import { jenkins } from "../../../src/providers/jenkins.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: jenkins,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "job/shop/",
          title: "Shop: build #42 FAILURE",
          description: "2 of 120 tests failed",
          severity: "MEDIUM",
          source: "shop",
          url: "https://jenkins.example.com/job/shop/42/",
          occurredAt: "2026-09-21T14:13:20.123Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "unstable",
      patch: { build: { number: 43, status: "UNSTABLE" } },
      reads: [{ action: "trigger", alertKey: "job/shop/", severity: "LOW" }],
    },
    {
      kind: "resolve",
      patch: { build: { number: 44, status: "SUCCESS" } },
      reads: [{ action: "resolve", alertKey: "job/shop/" }],
    },
    ...["ABORTED", "NOT_BUILT"].map((status) => ({
      kind: "odd" as const,
      name: status,
      patch: { build: { status } },
      reads: [],
    })),
    ...["QUEUED", "STARTED"].map((phase) => ({
      kind: "odd" as const,
      name: phase,
      patch: { build: { phase, status: null } },
      reads: [],
    })),
    { kind: "odd", name: "no build", patch: { build: null }, rejects: /expected a build/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a job of Jenkins/ },
  ],
};
