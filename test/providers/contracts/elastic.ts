import { elastic } from "../../../src/providers/elastic.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: elastic,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["7f0d9c50-2f4b-11ee-9d3e-1bb0a37b4b7d","db-1"]',
          title: "Disk space: db-1",
          severity: "HIGH",
          source: "db-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { date: "2026-09-21T14:23:20.000Z" },
      reads: [{ alertKey: '["7f0d9c50-2f4b-11ee-9d3e-1bb0a37b4b7d","db-1"]' }],
    },
    {
      kind: "resolve",
      patch: { status: "recovered", action_group: "recovered" },
      reads: [{ action: "resolve", alertKey: '["7f0d9c50-2f4b-11ee-9d3e-1bb0a37b4b7d","db-1"]' }],
    },
    {
      kind: "resolve",
      name: "only the action group",
      patch: { action_group: "recovered" },
      reads: [{ action: "resolve" }],
    },
    {
      kind: "batch",
      body: [{ rule_id: "r", alert_id: "a", rule_name: "R" }, 7],
      reads: [{ alertKey: '["r","a"]', title: "R: a" }, { unreadable: "/1: expected an alert object" }],
    },
    {
      kind: "trigger",
      name: "a watch",
      body: { watch_id: "disk", status: "active", message: "full", timestamp: "2026-09-21T14:13:20Z" },
      reads: [{ alertKey: "disk", title: "disk", description: "full" }],
    },
    {
      kind: "placeholders",
      patch: { rule_id: "{{rule.id}}", alert_id: "{{alert.id}}", rule_name: "{{rule.name}}" },
      reads: [{ alertKey: null, title: "{{rule.name}}" }],
    },
    { kind: "odd", name: "a text", body: "hello", rejects: /expected an object from/ },
    ...(
      [
        ["active", "trigger"],
        ["recovered", "resolve"],
      ] as const
    ).map(([status, action]) => ({
      kind: "odd" as const,
      name: `names in camel case: ${status}`,
      body: {
        ruleId: "r1",
        ruleName: "Disk",
        alertId: "db-1",
        status,
        severity: "critical",
        link: "https://kibana.example.com/r1",
      },
      reads: [
        {
          action,
          alertKey: '["r1","db-1"]',
          title: "Disk: db-1",
          severity: "CRITICAL" as const,
          url: "https://kibana.example.com/r1",
        },
      ],
    })),
    {
      kind: "odd",
      name: "other names",
      body: { rule: { id: "r2", name: "CPU" }, message: "CPU is high", level: "error" },
      reads: [{ alertKey: "r2", title: "CPU", description: "CPU is high", severity: "HIGH" }],
    },
  ],
};
