import { logicmonitor } from "../../../src/providers/logicmonitor.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: logicmonitor,
  cases: [
    {
      proves: "trigger",
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
      proves: "repeat",
      name: "escalated",
      patch: { alertstatus: "update", level: "error" },
      reads: [{ action: "trigger", alertKey: "LMD51204" }],
    },
    { proves: "acknowledge", patch: { alertstatus: "ack" }, reads: [{ action: "acknowledge", alertKey: "LMD51204" }] },
    { proves: "resolve", patch: { alertstatus: "clear" }, reads: [{ action: "resolve", alertKey: "LMD51204" }] },
    {
      proves: "placeholders",
      patch: {
        alertid: "##ALERTID##",
        internalid: "##INTERNALID##",
        datasource: "##DATASOURCE##",
        datapoint: "##DATAPOINT##",
      },
      reads: [{ alertKey: null, title: "##ALERTID##" }],
    },
    { proves: "test", patch: { alertstatus: "test" }, reads: [] },
    { proves: "odd", name: "an array", body: [], refuses: /expected the object/ },
  ],
};
