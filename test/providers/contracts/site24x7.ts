import { site24x7 } from "../../../src/providers/site24x7.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: site24x7,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "285731000000025",
          title: "Checkout",
          severity: "CRITICAL",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      proves: "repeat",
      name: "in trouble",
      patch: { STATUS: "TROUBLE" },
      reads: [{ action: "trigger", alertKey: "285731000000025", severity: "MEDIUM" }],
    },
    { proves: "resolve", patch: { STATUS: "UP" }, reads: [{ action: "resolve", alertKey: "285731000000025" }] },
    {
      proves: "odd",
      name: "an id past 2^53 keeps its digits",
      patch: { MONITOR_ID: "285731000000025120" },
      reads: [{ alertKey: "285731000000025120" }],
    },
    {
      proves: "odd",
      name: "no id, and Unix time alone",
      patch: { MONITOR_ID: null, INCIDENT_TIME_ISO: null },
      reads: [{ alertKey: "Checkout", occurredAt: "2026-09-21T14:13:20.000Z" }],
    },
    { proves: "odd", name: "suspended", patch: { STATUS: "SUSPENDED" }, reads: [] },
    { proves: "odd", name: "an array", body: [], refuses: /expected Site24x7's webhook object/ },
  ],
};
