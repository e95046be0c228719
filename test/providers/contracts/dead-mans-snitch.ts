import { deadMansSnitch } from "../../../src/providers/dead-mans-snitch.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: deadMansSnitch,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "c2354d0001",
          title: "Nightly backup",
          description: "See the runbook.",
          severity: "HIGH",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      proves: "repeat",
      name: "errored",
      patch: { type: "snitch.errored" },
      reads: [{ action: "trigger", alertKey: "c2354d0001" }],
    },
    { proves: "resolve", patch: { type: "snitch.reporting" }, reads: [{ action: "resolve", alertKey: "c2354d0001" }] },
    { proves: "test", name: "no snitch", body: { type: "test" }, reads: [] },
    { proves: "odd", name: "an array", body: [], refuses: /expected Dead Man's Snitch's webhook object/ },
  ],
};
