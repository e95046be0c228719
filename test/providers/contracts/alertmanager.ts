import { alertmanager } from "../../../src/providers/alertmanager.ts";
import type { Contract } from "../contract.ts";

const KEY = '[["alertname","DiskFull"],["instance","db-1"],["severity","critical"]]';

/** As Prometheus and vmalert post it to Alertmanager's API v2, and again until it ends. */
const posted = {
  labels: { alertname: "DiskFull", instance: "db-1", severity: "critical" },
  annotations: { summary: "Disk almost full on db-1" },
  startsAt: "2026-09-21T14:13:20Z",
  endsAt: "2026-09-21T14:17:20Z",
  generatorURL: "http://prometheus.example.com/graph?g0.expr=disk",
};
const path = "/api/v2/alerts";

const [alert] = (alertmanager.sample.body as { alerts: Record<string, unknown>[] }).alerts;

export const contract: Contract = {
  provider: alertmanager,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "a1bc48475b20e73d",
          title: "Disk almost full on db-1",
          description: "Less than 5 % is free on /var.",
          severity: "CRITICAL",
          source: "db-1:9100",
          url: "http://prometheus.example.com:9090/graph?g0.expr=disk",
          occurredAt: "2026-09-21T14:13:20.123Z",
        },
      ],
    },
    { kind: "repeat", name: "the same group again", reads: [{ action: "trigger", alertKey: "a1bc48475b20e73d" }] },
    {
      kind: "resolve",
      patch: { status: "resolved", alerts: [{ ...alert, status: "resolved", endsAt: "2026-09-21T14:20:00Z" }] },
      reads: [
        {
          action: "resolve",
          alertKey: "a1bc48475b20e73d",
          startedAt: "2026-09-21T14:13:20.123Z",
          occurredAt: "2026-09-21T14:20:00.000Z",
        },
      ],
    },
    {
      kind: "batch",
      name: "some firing, one resolved, one broken",
      patch: { alerts: [alert, { ...alert, fingerprint: "b2", status: "resolved" }, null] },
      reads: [
        { action: "trigger", alertKey: "a1bc48475b20e73d" },
        { action: "resolve", alertKey: "b2" },
        { unreadable: "/alerts/2: expected an alert object" },
      ],
    },
    {
      kind: "test",
      name: "an alert from amtool with one label",
      patch: { alerts: [{ labels: { alertname: "test" }, startsAt: "2026-09-21T14:13:20Z" }] },
      reads: [{ action: "trigger", title: "test", alertKey: '[["alertname","test"]]' }],
    },
    {
      kind: "trigger",
      name: "the API: an end in the future",
      path,
      body: [posted],
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          title: "Disk almost full on db-1",
          severity: "CRITICAL",
          source: "db-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
          expiresAt: "2026-09-21T14:17:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      name: "the API: an end in the past",
      path,
      body: [{ ...posted, endsAt: "2026-09-21T14:14:50Z" }],
      reads: [
        {
          action: "resolve",
          alertKey: KEY,
          occurredAt: "2026-09-21T14:14:50.000Z",
          startedAt: "2026-09-21T14:13:20.000Z",
          expiresAt: null,
        },
      ],
    },
    {
      kind: "batch",
      name: "the API",
      path,
      body: [posted, { labels: {} }, { ...posted, labels: { alertname: "Other" } }],
      reads: [
        { alertKey: KEY },
        { unreadable: "/1: the alert has neither labels nor a fingerprint" },
        { alertKey: '[["alertname","Other"]]' },
      ],
    },
    { kind: "odd", name: "the API: no alerts", path, body: [], reads: [] },
    {
      kind: "odd",
      name: "the array of the API, at the ingest URL",
      body: [posted],
      reads: [{ action: "trigger", alertKey: KEY, expiresAt: null }],
    },
    { kind: "odd", name: "one alert alone", body: alert, reads: [{ action: "trigger", alertKey: "a1bc48475b20e73d" }] },
    {
      kind: "odd",
      name: "one resolved alert alone",
      body: { ...alert, status: "resolved", endsAt: "2026-09-21T14:14:00Z" },
      reads: [{ action: "resolve", alertKey: "a1bc48475b20e73d" }],
    },
    {
      kind: "odd",
      name: "one alert of the API alone, that ended",
      body: { ...posted, endsAt: "2026-09-21T14:14:00Z" },
      reads: [{ action: "resolve", alertKey: KEY }],
    },
    {
      kind: "odd",
      name: "only a description",
      patch: { alerts: [{ ...alert, labels: { severity: "severe" }, annotations: { description: "disk usage 73%" } }] },
      reads: [{ title: "disk usage 73%", description: null, severity: "HIGH" }],
    },
    { kind: "odd", name: "no alerts", patch: { alerts: null }, rejects: /expected an array of alerts/ },
  ],
};
