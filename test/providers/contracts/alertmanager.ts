import { alertmanager } from "../../../src/providers/alertmanager.ts";
import type { Contract } from "../contract.ts";

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
      reads: [{ action: "resolve", alertKey: "a1bc48475b20e73d", occurredAt: "2026-09-21T14:20:00.000Z" }],
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
    { kind: "odd", name: "no alerts", patch: { alerts: null }, rejects: /expected an array of alerts/ },
  ],
};
