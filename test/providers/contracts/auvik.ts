import { auvik } from "../../../src/providers/auvik.ts";
import type { Contract } from "../contract.ts";

const KEY = "MTIzNDU2Nzg5MCwyMjIyMjIyMjIy";

export const contract: Contract = {
  provider: auvik,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          externalId: "MTIzNDU2Nzg5MCwxMTExMTExMTEx",
          title: "Firewall is offline",
          description: "The firewall fw-1 has not answered for five minutes.",
          severity: "CRITICAL",
          source: "fw-1",
          url: "https://acme.my.auvik.com/alert/1111111111/summary",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { alertStatus: 1, alertStatusString: "Cleared", alertId: "MTIzNDU2Nzg5MCwzMzMzMzMzMzMz" },
      reads: [{ action: "resolve", alertKey: KEY }],
    },
    {
      kind: "odd",
      name: "only words, and an informational alert",
      patch: { alertStatus: null, alertStatusString: "Cleared", alertSeverity: null, alertSeverityString: "Info" },
      reads: [{ action: "resolve", severity: "INFO" }],
    },
    {
      kind: "odd",
      name: "only numbers",
      patch: { alertStatusString: null, alertSeverityString: null, alertSeverity: 3 },
      reads: [{ action: "trigger", severity: "MEDIUM" }],
    },
    {
      kind: "odd",
      name: "no id of the trigger",
      patch: { correlationId: null },
      reads: [{ alertKey: "MTIzNDU2Nzg5MCwxMTExMTExMTEx" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an Auvik alert/ },
  ],
};
