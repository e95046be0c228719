import { statuspage } from "../../../src/providers/statuspage.ts";
import type { Contract } from "../contract.ts";

const component = (new_status: string) => ({
  meta: { documentation: "https://help.statuspage.io" },
  page: { id: "j2mfxwj97wnj", status_indicator: "none" },
  component: { id: "rb5wq1dczvbm", name: "Payments API", status: new_status, description: null },
  component_update: { component_id: "rb5wq1dczvbm", new_status, created_at: "2026-09-21T14:13:20.000Z" },
});

export const contract: Contract = {
  provider: statuspage,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "lbkhbwn21v5q",
          title: "Payments fail",
          description: "We look into it.",
          severity: "HIGH",
          source: "Payments API",
          url: "https://stspg.example.com/2b1c",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    ...["identified", "monitoring"].map((status) => ({
      kind: "repeat" as const,
      name: status,
      patch: { incident: { status, updated_at: "2026-09-21T14:30:00.000Z" } },
      reads: [{ action: "trigger" as const, alertKey: "lbkhbwn21v5q", occurredAt: "2026-09-21T14:30:00.000Z" }],
    })),
    {
      kind: "resolve",
      patch: { incident: { status: "resolved", resolved_at: "2026-09-21T15:00:00.000Z" } },
      reads: [{ action: "resolve", alertKey: "lbkhbwn21v5q", occurredAt: "2026-09-21T15:00:00.000Z" }],
    },
    {
      kind: "resolve",
      name: "a postmortem",
      patch: { incident: { status: "postmortem", resolved_at: "2026-09-21T15:00:00.000Z" } },
      reads: [{ action: "resolve", alertKey: "lbkhbwn21v5q" }],
    },
    ...[
      { status: "major_outage", severity: "CRITICAL" as const },
      { status: "partial_outage", severity: "HIGH" as const },
      { status: "degraded_performance", severity: "MEDIUM" as const },
    ].map(({ status, severity }) => ({
      kind: "trigger" as const,
      name: `a component: ${status}`,
      body: component(status),
      reads: [
        {
          action: "trigger" as const,
          alertKey: "rb5wq1dczvbm",
          title: `Payments API: ${status.replace("_", " ")}`,
          severity,
          source: "Payments API",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    })),
    {
      kind: "resolve",
      name: "a component",
      body: component("operational"),
      reads: [{ action: "resolve", alertKey: "rb5wq1dczvbm" }],
    },
    { kind: "odd", name: "a component under maintenance", body: component("under_maintenance"), reads: [] },
    {
      kind: "odd",
      name: "scheduled maintenance",
      patch: { incident: { status: "in_progress", impact: "maintenance", scheduled_for: "2026-09-21T14:00:00Z" } },
      reads: [],
    },
    {
      kind: "odd",
      name: "an empty incident",
      body: { meta: {}, page: {}, incident: {} },
      reads: [{ action: "trigger", alertKey: null, title: "Statuspage incident", description: null, source: null }],
    },
    {
      kind: "odd",
      name: "neither format",
      patch: { incident: null },
      rejects: /expected an incident or a component/,
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Statuspage notification/ },
  ],
};
