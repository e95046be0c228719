import { pagerduty } from "../../../src/providers/pagerduty.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: pagerduty,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "db-1/disk",
          title: "Disk almost full on db-1",
          severity: "HIGH",
          source: "db-1.example.com",
          url: "https://monitoring.example.com/alerts/1",
          occurredAt: "2026-09-21T14:13:20.000Z",
          metadata: {
            severity: "error",
            component: "postgres",
            group: "databases",
            class: "disk",
            customDetails: { free: "4 %" },
            client: "Example Monitoring",
            clientUrl: "https://monitoring.example.com/alerts/1",
            links: [{ href: "https://example.com/runbook", text: "Runbook" }],
            images: [{ src: "https://example.com/graph.png", alt: "Free space" }],
          },
        },
      ],
    },
    { kind: "repeat", patch: { payload: { summary: "Disk full on db-1" } }, reads: [{ alertKey: "db-1/disk" }] },
    {
      kind: "acknowledge",
      patch: { event_action: "acknowledge", payload: null },
      reads: [{ action: "acknowledge", alertKey: "db-1/disk" }],
    },
    {
      kind: "resolve",
      patch: { event_action: "resolve", payload: null },
      reads: [{ action: "resolve", alertKey: "db-1/disk" }],
    },
    {
      kind: "trigger",
      name: "without a key, and without a link of the client",
      patch: { dedup_key: null, client_url: null },
      reads: [{ alertKey: null, url: "https://example.com/runbook" }],
    },
    {
      kind: "odd",
      name: "details that are a text",
      patch: { payload: { custom_details: "4 % free", severity: "warning" } },
      reads: [{ description: "4 % free", severity: "MEDIUM" }],
    },
    { kind: "odd", name: "a change event", path: "/v2/change/enqueue", patch: { event_action: null }, reads: [] },
    {
      kind: "odd",
      name: "a change event without a summary",
      path: "/v2/change/enqueue",
      patch: { payload: null },
      rejects: /payload.summary/,
    },
    { kind: "odd", name: "no action", patch: { event_action: null }, rejects: /event_action/ },
    { kind: "odd", name: "no summary", patch: { payload: { summary: " " } }, rejects: /payload.summary/ },
    {
      kind: "odd",
      name: "a resolve without a key",
      patch: { event_action: "resolve", dedup_key: null },
      rejects: /dedup_key/,
    },
  ],
};
