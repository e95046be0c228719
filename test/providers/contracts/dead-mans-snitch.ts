import { deadMansSnitch } from "../../../src/providers/dead-mans-snitch.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: deadMansSnitch,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "a91b04cc7e",
          title: "Nightly backup",
          description: "See the runbook of the backups.",
          severity: "HIGH",
          source: "Nightly backup",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "a report of an error",
      patch: { type: "snitch.errored", data: { snitch: { status: "errored", previous_status: "missing" } } },
      reads: [{ action: "trigger", alertKey: "a91b04cc7e" }],
    },
    {
      kind: "resolve",
      patch: { type: "snitch.reporting", data: { snitch: { status: "healthy", previous_status: "missing" } } },
      reads: [{ action: "resolve", alertKey: "a91b04cc7e" }],
    },
    { kind: "odd", name: "a snitch that was paused", patch: { type: "snitch.paused" }, reads: [] },
    {
      kind: "odd",
      name: "an unknown type, and a snitch without a name",
      patch: { type: "snitch.late", data: { snitch: { name: "" } } },
      reads: [{ action: "trigger", title: "Dead Man's Snitch" }],
    },
    { kind: "odd", name: "no type", patch: { type: null }, rejects: /expected the type of the event/ },
    { kind: "odd", name: "no snitch", patch: { data: null }, rejects: /expected a snitch/ },
  ],
};
