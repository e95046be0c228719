import { solarwinds } from "../../../src/providers/solarwinds.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: solarwinds,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "8123",
          title: "core-switch-1 is Down",
          description: "Alerts when a node goes down.",
          severity: "CRITICAL",
          source: "core-switch-1",
          url: "https://orion.example.com/Orion/View.aspx?NetObject=AAT:8123",
          occurredAt: null,
        },
      ],
    },
    {
      kind: "repeat",
      patch: { AlertMessage: "core-switch-1 is still Down" },
      reads: [{ action: "trigger", alertKey: "8123" }],
    },
    {
      kind: "acknowledge",
      patch: { ActionType: "Acknowledge" },
      reads: [{ action: "acknowledge", alertKey: "8123" }],
    },
    ...["Resolve", "Reset", "RESET", "Close"].map((ActionType) => ({
      kind: "resolve" as const,
      name: ActionType,
      patch: { ActionType },
      reads: [{ action: "resolve" as const, alertKey: "8123" }],
    })),
    {
      kind: "odd",
      name: "no id of the object: the definition and the node; and empty texts",
      patch: { AlertObjectID: null, Severity: "", AlertDetailsUrl: "", AlertTriggerTime: "Never" },
      reads: [{ alertKey: '["42","core-switch-1"]', severity: "MEDIUM", url: null, occurredAt: null }],
    },
    {
      kind: "odd",
      name: "a severity that only this platform has",
      patch: { Severity: "Serious" },
      reads: [{ severity: "HIGH" }],
    },
    {
      kind: "placeholders",
      patch: {
        AlertObjectID: "${N=Alerting;M=AlertObjectID}",
        AlertMessage: "${N=Alerting;M=AlertMessage}",
        AlertName: "",
      },
      reads: [{ alertKey: null, externalId: "${N=Alerting;M=AlertObjectID}", title: "${N=Alerting;M=AlertMessage}" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object from/ },
  ],
};
