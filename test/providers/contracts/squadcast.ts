import { squadcast } from "../../../src/providers/squadcast.ts";
import type { Contract } from "../contract.ts";

const alertKey = "68d009e0a1b2c3d4e5f60752";

const version1 = (event_type: string, status: string) => ({
  id: alertKey,
  event_type,
  organization: { id: "o1", name: "Acme" },
  service: { id: "s1", name: "Database", slug: "database" },
  alert_source: { id: "a1", type: "Prometheus", short_name: "prometheus" },
  message: "Disk almost full on db-1",
  description: "Less than 5 % is free on /var.",
  status,
  created_at: "2026-09-21T14:13:20.11Z",
  tags: { severity: { value: "critical", color: "#FF0A49" } },
  event_count: 1,
});

export const contract: Contract = {
  provider: squadcast,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "Disk almost full on db-1",
          description: "Less than 5 % is free on /var.",
          severity: "HIGH",
          source: "Database",
          url: "https://app.squadcast.example.com/incident/68d009e0a1b2c3d4e5f60752",
          occurredAt: "2026-09-21T14:13:20.370Z",
        },
      ],
    },
    {
      kind: "acknowledge",
      patch: { event: { type: "incident.acknowledged" }, data: { resource_data: { status: "acknowledged" } } },
      reads: [{ action: "acknowledge", alertKey, occurredAt: "2026-09-21T14:13:21.388Z" }],
    },
    {
      kind: "resolve",
      patch: { event: { type: "incident.resolved" }, data: { resource_data: { status: "resolved", tags: null } } },
      reads: [{ action: "resolve", alertKey }],
    },
    { kind: "odd", name: "reassigned", patch: { event: { type: "incident.reassigned" } }, reads: [] },
    ...(
      [
        ["incident_triggered", "triggered", "trigger"],
        ["incident_acknowledged", "acknowledged", "acknowledge"],
        ["incident_resolved", "resolved", "resolve"],
      ] as const
    ).map(([type, status, action]) => ({
      kind: "odd" as const,
      name: `version 1: ${type}`,
      body: version1(type, status),
      reads: [{ action, alertKey, title: "Disk almost full on db-1", severity: "CRITICAL" as const }],
    })),
    {
      kind: "odd",
      name: "version 1: reassigned",
      body: version1("incident_reassigned", "triggered"),
      reads: [],
    },
    { kind: "odd", name: "no data", patch: { data: null }, rejects: /expected an event with data/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected an/ },
  ],
};
