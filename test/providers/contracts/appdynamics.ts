import { appdynamics } from "../../../src/providers/appdynamics.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: appdynamics,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "48213",
          title: "Response time of checkout is above 2 s",
          severity: "CRITICAL",
          source: "web-1",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { eventType: "POLICY_CONTINUES_CRITICAL" },
      reads: [{ action: "trigger", alertKey: "48213" }],
    },
    {
      kind: "resolve",
      patch: { eventType: "POLICY_CLOSE_CRITICAL" },
      reads: [{ action: "resolve", alertKey: "48213" }],
    },
    {
      kind: "resolve",
      name: "canceled",
      patch: { eventType: "POLICY_CANCELED_WARNING" },
      reads: [{ action: "resolve", severity: "MEDIUM" }],
    },
    {
      kind: "odd",
      name: "no incident: the health rule and the node",
      patch: { id: null },
      reads: [{ alertKey: '["shop","Response time","web-1"]' }],
    },
    {
      kind: "placeholders",
      patch: {
        id: "${latestEvent.incident.id}",
        summary: "${latestEvent.summaryMessage}",
        name: "${latestEvent.displayName}",
        healthRule: "${latestEvent.healthRule.name}",
      },
      reads: [{ alertKey: null, title: "${latestEvent.summaryMessage}" }],
    },
    {
      kind: "resolve",
      name: "an anomaly",
      patch: { eventType: "ANOMALY_CLOSE_CRITICAL" },
      reads: [{ action: "resolve" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object from/ },
  ],
};
