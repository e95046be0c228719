import { thinkst } from "../../../src/providers/thinkst.ts";
import type { Contract } from "../contract.ts";

const KEY = "6f1ed002ab5595859014ebf0951522d9";

export const contract: Contract = {
  provider: thinkst,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          title: "SSH Login Attempt",
          description: "SSH Login Attempt has been detected against one of your Canaries (fileserver-2) at 192.0.2.20.",
          severity: "MEDIUM",
          source: "fileserver-2",
          occurredAt: "2026-09-21T14:13:20.000Z",
          metadata: {
            alertType: "CanaryIncident",
            logType: "4002",
            sourceIp: "192.0.2.99",
            // The password that was tried is left out.
            details: { Username: "root" },
          },
        },
      ],
    },
    {
      kind: "repeat",
      patch: { Timestamp: "2026-09-21 14:20:00 (UTC)" },
      reads: [{ action: "trigger", alertKey: KEY }],
    },
    {
      kind: "trigger",
      name: "a Canarytoken",
      patch: {
        AlertType: "CanarytokenIncident",
        Description: "Web Bug Canarytoken triggered",
        CanaryName: null,
        Reminder: "payroll.xlsx",
      },
      reads: [{ action: "trigger", alertKey: KEY, title: "Web Bug Canarytoken triggered", source: "payroll.xlsx" }],
    },
    { kind: "test", patch: { IncidentHash: null, LogType: 111111, CanaryID: "0000000testnode" }, reads: [] },
    {
      kind: "odd",
      name: "the audit trail",
      body: { type: "console-audit", payload: { timestamp: "2026-09-21 14:13:20", message: "ada logged in" } },
      reads: [],
    },
    { kind: "odd", name: "no hash", patch: { IncidentHash: null }, reads: [{ alertKey: null }] },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Thinkst Canary incident/ },
  ],
};
