import { apprise } from "../../../src/providers/apprise.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: apprise,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "Backup of db-1",
          title: "Backup of db-1",
          description: "No space left on device",
          severity: "HIGH",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { type: "success", message: "12 GB in 4 minutes" },
      reads: [{ action: "resolve", alertKey: "Backup of db-1" }],
    },
    { kind: "odd", name: "a warning", patch: { type: "warning" }, reads: [{ severity: "MEDIUM" }] },
    { kind: "odd", name: "info", patch: { type: "info" }, reads: [{ action: "trigger", severity: "INFO" }] },
    {
      kind: "odd",
      name: "a key of the operator",
      patch: { key: "backup-db-1", title: "Backup failed" },
      reads: [{ alertKey: "backup-db-1", title: "Backup failed" }],
    },
    {
      kind: "odd",
      name: "no title",
      patch: { title: "" },
      reads: [{ alertKey: null, title: "No space left on device" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a JSON notification of Apprise/ },
  ],
};
