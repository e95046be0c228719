import { vmwareAria } from "../../../src/providers/vmware-aria.ts";
import type { Contract } from "../contract.ts";

const alertKey = "0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2ba1";

export const contract: Contract = {
  provider: vmwareAria,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "The host has lost redundant connectivity to a storage device",
          description: "Symptom: a path to the storage device is down",
          severity: "CRITICAL",
          source: "esx-1.example.com",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { criticality: "ALERT_CRITICALITY_LEVEL_WARNING", updateDate: 1790000060000 },
      reads: [{ action: "trigger", alertKey, severity: "MEDIUM" }],
    },
    {
      kind: "resolve",
      patch: { status: "CANCELED", cancelDate: 1790003600000 },
      reads: [
        {
          action: "resolve",
          alertKey,
          occurredAt: "2026-09-21T15:13:20.000Z",
          startedAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "odd",
      name: "the name in another spelling",
      patch: { AlertName: null, alertName: "Disk almost full" },
      reads: [{ title: "Disk almost full" }],
    },
    { kind: "odd", name: "no alert", patch: { alertId: null, AlertName: null }, rejects: /expected an alert/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected an alert of Aria/ },
  ],
};
