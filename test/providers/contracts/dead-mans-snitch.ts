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
      proves: "repeat",
      name: "it reports, but an error",
      patch: { type: "snitch.errored", data: { snitch: { status: "errored", previous_status: "missing" } } },
      reads: [{ action: "trigger", alertKey: "a91b04cc7e" }],
    },
    {
      proves: "resolve",
      patch: { type: "snitch.reporting", data: { snitch: { status: "healthy", previous_status: "missing" } } },
      reads: [{ action: "resolve", alertKey: "a91b04cc7e" }],
    },
    { proves: "odd", name: "a snitch that was paused", patch: { type: "snitch.paused" }, reads: [] },
    {
      proves: "odd",
      name: "a type yet unknown, of a snitch without a name",
      patch: { type: "snitch.late", data: { snitch: { name: "" } } },
      reads: [{ action: "trigger", title: "Dead Man's Snitch" }],
    },
    { proves: "odd", name: "no type", patch: { type: null }, refuses: /expected the type of the event/ },
    { proves: "odd", name: "no snitch", patch: { data: null }, refuses: /expected a snitch/ },
  ],
};
