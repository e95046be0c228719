import { solarwinds } from "../../../src/providers/solarwinds.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: solarwinds,
  cases: [
    {
      proves: "trigger",
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
      proves: "repeat",
      patch: { AlertMessage: "core-switch-1 is still Down" },
      reads: [{ action: "trigger", alertKey: "8123" }],
    },
    {
      proves: "acknowledge",
      patch: { ActionType: "Acknowledge" },
      reads: [{ action: "acknowledge", alertKey: "8123" }],
    },
    ...["Resolve", "Reset", "RESET", "Close"].map((ActionType) => ({
      proves: "resolve" as const,
      name: ActionType,
      patch: { ActionType },
      reads: [{ action: "resolve" as const, alertKey: "8123" }],
    })),
    {
      proves: "odd",
      name: "no id of the object: the definition and the node; and empty texts",
      patch: { AlertObjectID: null, Severity: "", AlertDetailsUrl: "", AlertTriggerTime: "Never" },
      reads: [{ alertKey: '["42","core-switch-1"]', severity: "MEDIUM", url: null, occurredAt: null }],
    },
    {
      proves: "odd",
      name: "a severity of this platform alone",
      patch: { Severity: "Serious" },
      reads: [{ severity: "HIGH" }],
    },
    {
      proves: "placeholders",
      patch: {
        AlertObjectID: "${N=Alerting;M=AlertObjectID}",
        AlertMessage: "${N=Alerting;M=AlertMessage}",
        AlertName: "",
      },
      reads: [{ alertKey: null, externalId: "${N=Alerting;M=AlertObjectID}", title: "${N=Alerting;M=AlertMessage}" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected the object/ },
  ],
};
