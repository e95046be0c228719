import { signalfx } from "../../../src/providers/signalfx.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: signalfx,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "E5Yq0exampleA",
          title: "Alert: CPU of db-1 (Databases)",
          severity: "CRITICAL",
          source: "db-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { kind: "repeat", patch: { severity: "Major" }, reads: [{ alertKey: "E5Yq0exampleA", severity: "HIGH" }] },
    ...["ok", "manually resolved", "stopped"].map((word) => ({
      kind: "resolve" as const,
      name: word,
      patch: { statusExtended: word, status: "ok" },
      reads: [{ action: "resolve" as const, alertKey: "E5Yq0exampleA" }],
    })),
    {
      kind: "odd",
      name: "a title that is newer than the status",
      patch: { messageTitle: "Manually resolved: CPU" },
      reads: [{ action: "resolve" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a SignalFx webhook object/ },
  ],
};
