import { site24x7 } from "../../../src/providers/site24x7.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: site24x7,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "412000000000031007",
          title: "Checkout",
          description: "Service Unavailable",
          severity: "CRITICAL",
          source: "Checkout",
          url: "https://www.site24x7.com/app/client#/home/monitors/412000000000031007/Summary",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "in trouble",
      patch: { STATUS: "TROUBLE" },
      reads: [{ action: "trigger", alertKey: "412000000000031007", severity: "MEDIUM" }],
    },
    {
      kind: "repeat",
      name: "critical",
      patch: { STATUS: "CRITICAL" },
      reads: [{ action: "trigger", alertKey: "412000000000031007", severity: "CRITICAL" }],
    },
    {
      kind: "resolve",
      patch: { STATUS: "UP", INCIDENT_TIME_ISO: "2026-09-21T07:20:00-0700" },
      reads: [{ action: "resolve", alertKey: "412000000000031007", occurredAt: "2026-09-21T14:20:00.000Z" }],
    },
    {
      kind: "odd",
      name: "no id, and only the time of the outage",
      patch: { MONITOR_ID: null, INCIDENT_TIME_ISO: null },
      reads: [{ alertKey: "Checkout", occurredAt: "2026-09-21T14:13:20.000Z" }],
    },
    {
      kind: "odd",
      name: "no time of the end of the outage",
      patch: { STATUS: "UP", INCIDENT_TIME_ISO: null },
      reads: [{ action: "resolve", occurredAt: null }],
    },
    { kind: "odd", name: "under maintenance", patch: { STATUS: "MAINTENANCE" }, reads: [] },
    {
      kind: "odd",
      name: "an unknown status",
      patch: { STATUS: "CONFIGURATION ERROR" },
      reads: [{ action: "trigger", severity: "HIGH" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected Site24x7 incident parameters/ },
  ],
};
