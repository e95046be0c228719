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
      proves: "repeat",
      name: "in trouble",
      patch: { STATUS: "TROUBLE" },
      reads: [{ action: "trigger", alertKey: "412000000000031007", severity: "MEDIUM" }],
    },
    {
      proves: "repeat",
      name: "critical",
      patch: { STATUS: "CRITICAL" },
      reads: [{ action: "trigger", alertKey: "412000000000031007", severity: "CRITICAL" }],
    },
    {
      proves: "resolve",
      patch: { STATUS: "UP", INCIDENT_TIME_ISO: "2026-09-21T07:20:00-0700" },
      reads: [{ action: "resolve", alertKey: "412000000000031007", occurredAt: "2026-09-21T14:20:00.000Z" }],
    },
    {
      proves: "odd",
      name: "no id, and no time but that of the outage",
      patch: { MONITOR_ID: null, INCIDENT_TIME_ISO: null },
      reads: [{ alertKey: "Checkout", occurredAt: "2026-09-21T14:13:20.000Z" }],
    },
    {
      proves: "odd",
      name: "the outage's time says nothing of its end",
      patch: { STATUS: "UP", INCIDENT_TIME_ISO: null },
      reads: [{ action: "resolve", occurredAt: null }],
    },
    { proves: "odd", name: "under maintenance", patch: { STATUS: "MAINTENANCE" }, reads: [] },
    {
      proves: "odd",
      name: "a status yet unknown",
      patch: { STATUS: "CONFIGURATION ERROR" },
      reads: [{ action: "trigger", severity: "HIGH" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected Site24x7's incident parameters/ },
  ],
};
