import { grafana } from "../../../src/providers/grafana.ts";
import type { Contract } from "../contract.ts";

const [alert] = (grafana.sample.body as { alerts: Record<string, unknown>[] }).alerts;

const dashboardAlert = {
  dashboardId: 1,
  evalMatches: [{ value: 97, metric: "used", tags: null }],
  message: "Less than 5 % is free.",
  orgId: 1,
  panelId: 2,
  ruleId: 12,
  ruleName: "Disk",
  ruleUrl: "https://grafana.example.com/d/abc?panelId=2",
  state: "alerting",
  tags: { severity: "high" },
  title: "[Alerting] Disk",
};

export const contract: Contract = {
  provider: grafana,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "e6349a25f5ef0e9e",
          title: "Disk almost full on db-1",
          severity: "CRITICAL",
          source: "db-1",
          url: "https://grafana.example.com/d/ece9fb32?viewPanel=2",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { kind: "repeat", name: "the next notification of the group", reads: [{ alertKey: "e6349a25f5ef0e9e" }] },
    {
      kind: "resolve",
      patch: {
        status: "resolved",
        state: "ok",
        alerts: [{ ...alert, status: "resolved", endsAt: "2026-09-21T14:20:00Z" }],
      },
      reads: [{ action: "resolve", alertKey: "e6349a25f5ef0e9e", occurredAt: "2026-09-21T14:20:00.000Z" }],
    },
    {
      kind: "batch",
      patch: { alerts: [alert, { ...alert, fingerprint: "f2" }, 7] },
      reads: [
        { alertKey: "e6349a25f5ef0e9e" },
        { alertKey: "f2" },
        { unreadable: "/alerts/2: expected an alert object" },
      ],
    },
    {
      kind: "test",
      name: "the contact point's test, whose rule has no link",
      patch: {
        alerts: [
          { ...alert, generatorURL: "?orgId=1", dashboardURL: "", panelURL: "", labels: { alertname: "TestAlert" } },
        ],
      },
      reads: [{ action: "trigger", title: "Disk almost full on db-1", severity: "MEDIUM" }],
    },
    {
      kind: "trigger",
      name: "a dashboard alert of Grafana 7",
      body: dashboardAlert,
      reads: [
        {
          action: "trigger",
          alertKey: "12",
          title: "[Alerting] Disk",
          severity: "HIGH",
          url: "https://grafana.example.com/d/abc?panelId=2",
          occurredAt: null,
        },
      ],
    },
    {
      kind: "resolve",
      name: "a dashboard alert of Grafana 7",
      body: { ...dashboardAlert, state: "ok" },
      reads: [{ action: "resolve", alertKey: "12" }],
    },
    {
      kind: "trigger",
      name: "a dashboard alert without data",
      body: { ...dashboardAlert, state: "no_data" },
      reads: [{ action: "trigger", alertKey: "12" }],
    },
    { kind: "odd", name: "a paused rule", body: { ...dashboardAlert, state: "paused" }, reads: [] },
    { kind: "odd", name: "a custom template", body: { text: "hello" }, rejects: /expected an array of alerts/ },
  ],
};
