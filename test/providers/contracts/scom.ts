import { scom } from "../../../src/providers/scom.ts";
import type { Contract } from "../contract.ts";

const KEY = "2f1c7d0e-51a4-4f0f-9a63-0b6f7f3f2a10";

export const contract: Contract = {
  provider: scom,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          title: "Health Service Heartbeat Failure",
          severity: "CRITICAL",
          source: "Microsoft.SystemCenter.HealthService:web-1.example.com",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { kind: "repeat", patch: { repeatCount: 3 }, reads: [{ action: "trigger", alertKey: KEY }] },
    { kind: "acknowledge", patch: { resolutionState: 249 }, reads: [{ action: "acknowledge", alertKey: KEY }] },
    {
      kind: "resolve",
      patch: { resolutionState: 255, lastModified: "2026-09-21T15:00:00Z" },
      reads: [{ action: "resolve", alertKey: KEY, occurredAt: "2026-09-21T15:00:00.000Z" }],
    },
    {
      kind: "resolve",
      name: "in words",
      patch: { resolutionState: "Closed" },
      reads: [{ action: "resolve", alertKey: KEY }],
    },
    {
      kind: "odd",
      name: "a custom state",
      patch: { resolutionState: 42 },
      reads: [{ action: "trigger" }],
    },
    {
      kind: "odd",
      name: "parameters as texts, some not present, and a local time",
      patch: {
        severity: "1",
        alertDescription: "np",
        managedEntitySource: "NotPresent",
        timeRaised: "9/21/2026 4:13:20 PM",
      },
      reads: [{ severity: "MEDIUM", description: null, source: null, occurredAt: null }],
    },
    { kind: "odd", name: "no id", patch: { alertId: null }, reads: [{ alertKey: null }] },
    { kind: "odd", name: "an array", body: [], rejects: /expected an SCOM alert/ },
  ],
};
