import { signalfx } from "../../../src/providers/signalfx.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: signalfx,
  cases: [
    {
      proves: "trigger",
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
    { proves: "repeat", patch: { severity: "Major" }, reads: [{ alertKey: "E5Yq0exampleA", severity: "HIGH" }] },
    ...["ok", "manually resolved", "stopped"].map((word) => ({
      proves: "resolve" as const,
      name: word,
      patch: { statusExtended: word, status: "ok" },
      reads: [{ action: "resolve" as const, alertKey: "E5Yq0exampleA" }],
    })),
    {
      proves: "odd",
      name: "a title that says so before the status does",
      patch: { messageTitle: "Manually resolved: CPU" },
      reads: [{ action: "resolve" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected SignalFx's webhook object/ },
  ],
};
