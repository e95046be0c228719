import { grafanaOncall } from "../../../src/providers/grafana-oncall.ts";
import type { Contract } from "../contract.ts";

const alertKey = "I9SAMPLEGROUP";
const event = (type: string, state: string) => ({ event: { type }, alert_group: { state } });

export const contract: Contract = {
  provider: grafanaOncall,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "Checkout answers slowly",
          description: "Nine of ten requests take longer than five seconds.",
          severity: "CRITICAL",
          source: "shop-1.example.com",
          url: "https://acme.grafana.example.com/a/grafana-oncall-app/alert-groups/I9SAMPLEGROUP",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    ...["escalation", "unacknowledge", "unresolve", "unsilence"].map((type) => ({
      proves: "repeat" as const,
      name: type,
      patch: event(type, "firing"),
      reads: [{ action: "trigger" as const, alertKey }],
    })),
    {
      proves: "acknowledge",
      patch: event("acknowledge", "acknowledged"),
      reads: [{ action: "acknowledge", alertKey }],
    },
    { proves: "resolve", patch: event("resolve", "resolved"), reads: [{ action: "resolve", alertKey }] },
    {
      proves: "resolve",
      name: "a type that is not known: the state of the group",
      patch: event("status change", "resolved"),
      reads: [{ action: "resolve", alertKey }],
    },
    { proves: "odd", name: "silenced", patch: event("silence", "silenced") },
    {
      proves: "odd",
      name: "a source that names no severity",
      patch: { event: { time: null }, alert_payload: { labels: null, annotations: null, message: "Slow" } },
      reads: [{ severity: "MEDIUM", source: "Production", description: "Slow", occurredAt: null }],
    },
    {
      proves: "odd",
      name: "a group's id alone",
      body: { alert_group_id: alertKey, alert_payload: { labels: { alertname: "SlowCheckout" } } },
      reads: [{ action: "trigger", alertKey, title: "SlowCheckout" }],
    },
    { proves: "odd", name: "no group", body: { event: { type: "resolve" } }, refuses: /expected an alert group/ },
    { proves: "odd", name: "an array", body: [], refuses: /expected the whole payload/ },
  ],
};
