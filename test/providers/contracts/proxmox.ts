import { proxmox } from "../../../src/providers/proxmox.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["vzdump","pve-1","backup-6a1d2f3e-41c0"]';

export const contract: Contract = {
  provider: proxmox,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "vzdump backup status (pve-1.example.com): backup failed",
          description: "VM 104 (shop): command 'vzdump' failed: no space left on device",
          severity: "HIGH",
          source: "pve-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      name: "the next backup of the job",
      patch: { title: "vzdump backup status (pve-1.example.com): backup successful", severity: "info" },
      reads: [{ action: "resolve", alertKey }],
    },
    {
      kind: "odd",
      name: "a backup that was started by hand",
      patch: { fields: { "job-id": null } },
      reads: [{ action: "trigger", alertKey: '["vzdump","pve-1"]' }],
    },
    {
      kind: "odd",
      name: "a node that was fenced",
      patch: { title: "Node pve-2 was fenced", fields: { type: "fencing", "job-id": null } },
      reads: [{ action: "trigger", alertKey: '["fencing","pve-1"]', severity: "HIGH" }],
    },
    {
      kind: "odd",
      name: "updates are available",
      patch: {
        severity: "info",
        title: "New software packages available (pve-1)",
        fields: { type: "package-updates", "job-id": null },
      },
      reads: [{ action: "trigger", severity: "INFO", alertKey: '["package-updates","pve-1"]' }],
    },
    {
      kind: "odd",
      name: "a mail of the system",
      patch: { severity: "unknown", title: "SMART error", fields: { type: "system-mail", "job-id": null } },
      reads: [{ action: "trigger", severity: "MEDIUM", title: "SMART error" }],
    },
    { kind: "test", patch: { title: "Test notification", severity: "info", fields: { type: "" } }, reads: [] },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object by the template/ },
  ],
};
