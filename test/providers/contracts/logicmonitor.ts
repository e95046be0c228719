import { logicmonitor } from "../../../src/providers/logicmonitor.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: logicmonitor,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "LMD51204",
          title: "Disks-/var PercentUsed",
          description: "Disk almost full on db-1",
          severity: "CRITICAL",
          source: "db-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "escalated",
      patch: { alertstatus: "update", level: "error" },
      reads: [{ action: "trigger", alertKey: "LMD51204" }],
    },
    { kind: "acknowledge", patch: { alertstatus: "ack" }, reads: [{ action: "acknowledge", alertKey: "LMD51204" }] },
    { kind: "resolve", patch: { alertstatus: "clear" }, reads: [{ action: "resolve", alertKey: "LMD51204" }] },
    {
      kind: "placeholders",
      patch: {
        alertid: "##ALERTID##",
        internalid: "##INTERNALID##",
        datasource: "##DATASOURCE##",
        datapoint: "##DATAPOINT##",
      },
      reads: [{ alertKey: null, title: "##ALERTID##" }],
    },
    { kind: "test", patch: { alertstatus: "test" }, reads: [] },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object from/ },
  ],
};
