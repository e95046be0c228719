import { rootly } from "../../../src/providers/rootly.ts";
import type { Contract } from "../contract.ts";

const alertKey = "9a1c8e54-7c19-4c24-8d0e-1f7a9a3b5c32";

const alert = (type: string, status: string) => ({
  event: { id: "e2", type, issued_at: "2026-09-21T14:13:21Z" },
  data: { id: "a1", summary: "Disk almost full", status, source: "datadog", started_at: "2026-09-21T14:13:20Z" },
});

export const contract: Contract = {
  provider: rootly,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          externalId: "42",
          title: "Checkout is down",
          description: "No order succeeds.",
          severity: "CRITICAL",
          source: "Checkout API",
          url: "https://rootly.example.com/account/incidents/42-checkout-is-down",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "acknowledge",
      patch: { event: { type: "incident.updated" }, data: { status: "acknowledged" } },
      reads: [{ action: "acknowledge", alertKey }],
    },
    ...["mitigated", "resolved", "cancelled"].map((status) => ({
      kind: "resolve" as const,
      name: status,
      patch: { event: { type: `incident.${status}` }, data: { status, [`${status}_at`]: "2026-09-21T15:13:20Z" } },
      reads: [{ action: "resolve" as const, alertKey, occurredAt: "2026-09-21T15:13:20.000Z" }],
    })),
    {
      kind: "odd",
      name: "a severity as text, of an updated incident",
      patch: { event: { type: "incident.updated" }, data: { severity: null } },
      reads: [{ action: "trigger", severity: "MEDIUM" }],
    },
    {
      kind: "odd",
      name: "a severity as text",
      body: {
        event: { id: "e3", type: "incident.created", issued_at: "2026-09-21T14:13:21Z" },
        data: { id: "i3", title: "Slow", status: "started", severity: "sev2" },
      },
      reads: [{ severity: "HIGH", occurredAt: "2026-09-21T14:13:21.000Z" }],
    },
    {
      kind: "odd",
      name: "a scheduled maintenance",
      patch: { event: { type: "incident.scheduled.created" }, data: { status: "scheduled" } },
      reads: [],
    },
    {
      kind: "odd",
      name: "an alert",
      body: alert("alert.created", "triggered"),
      reads: [{ action: "trigger", alertKey: "a1", title: "Disk almost full", source: "datadog" }],
    },
    {
      kind: "odd",
      name: "an alert that is over",
      body: alert("alert.updated", "resolved"),
      reads: [{ action: "resolve", alertKey: "a1" }],
    },
    { kind: "odd", name: "a pulse", patch: { event: { type: "pulse.created" } }, reads: [] },
    { kind: "odd", name: "no event", patch: { event: null }, rejects: /expected event and data/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Rootly webhook/ },
  ],
};
