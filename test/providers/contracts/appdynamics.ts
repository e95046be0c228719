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
    ...[
      ["POLICY_OPEN_CRITICAL", "trigger", "New Critical Health Rule Violation"],
      ["POLICY_CLOSE_CRITICAL", "resolve", "Ended Critical Health Rule Violation"],
      ["POLICY_CANCELED_WARNING", "resolve", "Canceled Warning Health Rule Violation"],
      ["", "resolve", "Ended Critical Health Rule Violation"],
    ].map(([event_type, action, event_name]) => ({
      kind: "odd" as const,
      name: `snake case at the top: ${event_type} ${event_name}`,
      body: {
        event_type,
        event_name,
        incident_id: "51",
        app_name: "shop",
        health_rule_name: "Errors",
        summary: "Errors of checkout",
        severity: "ERROR",
        deep_link: "https://acme.saas.appdynamics.com/controller/#51",
      },
      reads: [
        {
          action: action as "trigger",
          alertKey: "51",
          title: "Errors of checkout",
          source: "shop",
          url: "https://acme.saas.appdynamics.com/controller/#51",
        },
      ],
    })),
    {
      kind: "odd",
      name: "snake case without an incident: application, rule and node",
      body: { event_type: "POLICY_CLOSE_WARNING", app_name: "shop", health_rule_name: "Errors", node_name: "web-1" },
      reads: [{ action: "resolve", alertKey: '["shop","Errors","web-1"]', severity: "MEDIUM" }],
    },
  ],
};
