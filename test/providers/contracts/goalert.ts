import { goalert } from "../../../src/providers/goalert.ts";
import type { Contract } from "../contract.ts";

const status = (LogEntry: string) => ({ AppName: "GoAlert", Type: "AlertStatus", AlertID: 79685, LogEntry });

export const contract: Contract = {
  provider: goalert,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "79685",
          title: "Checkout answers slowly",
          description: "Nine of ten requests take longer than five seconds.",
          severity: "MEDIUM",
          source: "Shop",
          url: "https://goalert.example.com/alerts/79685",
          occurredAt: null,
        },
      ],
    },
    { kind: "repeat", name: "the alert again", reads: [{ action: "trigger", alertKey: "79685" }] },
    {
      kind: "odd",
      name: "escalated",
      body: status("Escalated to step 2"),
      reads: [{ action: "note", alertKey: "79685", note: "Escalated to step 2" }],
    },
    {
      kind: "acknowledge",
      body: status("Acknowledged by Alice Example"),
      reads: [{ action: "acknowledge", alertKey: "79685", author: "Alice Example" }],
    },
    {
      kind: "resolve",
      body: status("Closed via monitoring (Generic API)"),
      reads: [{ action: "resolve", alertKey: "79685", title: "Closed via monitoring (Generic API)" }],
    },
    {
      kind: "odd",
      name: "an alert of an older version",
      body: { AppName: "On call", Type: "Alert", AlertID: 7, Summary: "Disk full", Details: "" },
      reads: [{ action: "trigger", alertKey: "7", title: "Disk full", description: null, source: null }],
    },
    { kind: "test", body: { AppName: "GoAlert", Type: "Test" }, reads: [] },
    {
      kind: "test",
      name: "verification",
      body: { AppName: "GoAlert", Type: "Verification", Code: "120394" },
      reads: [],
    },
    {
      kind: "odd",
      name: "a bundle",
      body: { AppName: "GoAlert", Type: "AlertBundle", ServiceName: "Shop", Count: 6 },
      reads: [],
    },
    {
      kind: "odd",
      name: "who is on call",
      body: { AppName: "GoAlert", Type: "ScheduleOnCallUsers", Users: [] },
      reads: [],
    },
    { kind: "odd", name: "no type", body: { AppName: "GoAlert" }, rejects: /expected the type of a message/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a GoAlert message/ },
  ],
};
