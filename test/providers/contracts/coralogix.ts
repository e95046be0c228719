import { coralogix } from "../../../src/providers/coralogix.ts";
import type { Contract } from "../contract.ts";

const KEY = "2f7c1d9b";

export const contract: Contract = {
  provider: coralogix,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          externalId: "b6a1d0c2-3e4f-4a5b-8c6d-7e8f9a0b1c2d",
          title: "Checkout errors",
          description: "More than ten errors of checkout in ten minutes",
          severity: "HIGH",
          source: "checkout",
          url: "https://acme.app.coralogix.com/#/insights?id=3c9d7e10",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { uuid: "11111111-7d0e-4c4e-9a51-1f2e3d4c5b6a" },
      reads: [{ action: "trigger", alertKey: KEY }],
    },
    ...["resolve", "RESOLVED"].map((alert_action) => ({
      kind: "resolve" as const,
      name: alert_action,
      patch: { alert_action },
      reads: [{ action: "resolve" as const, alertKey: KEY }],
    })),
    { kind: "test", patch: { alert_action: "test" }, reads: [] },
    {
      kind: "placeholders",
      patch: {
        name: "$ALERT_NAME",
        fields: [
          { key: "priority", value: "$ALERT_PRIORITY" },
          { key: "severity", value: "CRITICAL" },
          { key: "subsystem", value: "*insert desired subsystem name*" },
          { key: "dedupKey", value: "$DEDUP_KEY" },
          { key: "alertUniqueIdentifier", value: "$ALERT_UNIQUE_IDENTIFIER" },
        ],
      },
      reads: [
        {
          action: "trigger",
          alertKey: null,
          externalId: "$ALERT_UNIQUE_IDENTIFIER",
          title: "$ALERT_NAME",
          severity: "CRITICAL",
          source: null,
          occurredAt: null,
        },
      ],
    },
    {
      kind: "odd",
      name: "no fields: the alert's id",
      patch: { fields: null },
      reads: [{ alertKey: "3c9d7e10-2a4b-4c6d-8e0f-1a2b3c4d5e6f", severity: "MEDIUM" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Coralogix webhook message/ },
  ],
};
