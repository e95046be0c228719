import { grafanaOncall } from "../../../src/providers/grafana-oncall.ts";
import type { Contract } from "../contract.ts";

const alertKey = "I9SAMPLEGROUP";
const event = (type: string, state: string) => ({ event: { type }, alert_group: { state } });

export const contract: Contract = {
  provider: grafanaOncall,
  cases: [
    {
      kind: "trigger",
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
    ...["escalation", "unresolve", "unsilence"].map((type) => ({
      kind: "repeat" as const,
      name: type,
      patch: event(type, "firing"),
      reads: [{ action: "trigger" as const, alertKey }],
    })),
    {
      kind: "odd",
      name: "the end of an acknowledgement",
      patch: event("unacknowledge", "firing"),
      reads: [{ action: "trigger", endsAcknowledgement: true, alertKey }],
    },
    {
      kind: "acknowledge",
      patch: event("acknowledge", "acknowledged"),
      reads: [{ action: "acknowledge", alertKey }],
    },
    { kind: "resolve", patch: event("resolve", "resolved"), reads: [{ action: "resolve", alertKey }] },
    {
      kind: "resolve",
      name: "an unknown type: the state of the group",
      patch: event("status change", "resolved"),
      reads: [{ action: "resolve", alertKey }],
    },
    { kind: "odd", name: "silenced", patch: event("silence", "silenced"), reads: [] },
    {
      kind: "odd",
      name: "a source without a severity",
      patch: { event: { time: null }, alert_payload: { labels: null, annotations: null, message: "Slow" } },
      reads: [{ severity: "MEDIUM", source: "Production", description: "Slow", occurredAt: null }],
    },
    {
      kind: "odd",
      name: "only the id of a group",
      body: { alert_group_id: alertKey, alert_payload: { labels: { alertname: "SlowCheckout" } } },
      reads: [{ action: "trigger", alertKey, title: "SlowCheckout" }],
    },
    { kind: "odd", name: "no group", body: { event: { type: "resolve" } }, rejects: /expected an alert group/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected the whole payload/ },
    {
      kind: "odd",
      name: "acknowledged by a person",
      patch: { event: { type: "acknowledge" }, user: { username: "alice" } },
      reads: [{ action: "acknowledge", author: "alice" }],
    },
  ],
};
