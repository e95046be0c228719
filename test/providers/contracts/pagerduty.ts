import { pagerduty } from "../../../src/providers/pagerduty.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: pagerduty,
  cases: [
    {
      proves: "trigger",
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
    { proves: "repeat", patch: { payload: { summary: "Disk full on db-1" } }, reads: [{ alertKey: "db-1/disk" }] },
    {
      proves: "acknowledge",
      patch: { event_action: "acknowledge", payload: null },
      reads: [{ action: "acknowledge", alertKey: "db-1/disk" }],
    },
    {
      proves: "resolve",
      patch: { event_action: "resolve", payload: null },
      reads: [{ action: "resolve", alertKey: "db-1/disk" }],
    },
    {
      proves: "trigger",
      name: "without a key, and without a link of the client",
      patch: { dedup_key: null, client_url: null },
      reads: [{ alertKey: null, url: "https://example.com/runbook" }],
    },
    {
      proves: "odd",
      name: "details that are a text",
      patch: { payload: { custom_details: "4 % free", severity: "warning" } },
      reads: [{ description: "4 % free", severity: "MEDIUM" }],
    },
    { proves: "odd", name: "a change event", path: "/v2/change/enqueue", patch: { event_action: null }, reads: [] },
    {
      proves: "odd",
      name: "a change event of nothing",
      path: "/v2/change/enqueue",
      patch: { payload: null },
      refuses: /payload.summary/,
    },
    { proves: "odd", name: "no action", patch: { event_action: null }, refuses: /event_action/ },
    { proves: "odd", name: "no summary", patch: { payload: { summary: " " } }, refuses: /payload.summary/ },
    {
      proves: "odd",
      name: "a resolve of nothing",
      patch: { event_action: "resolve", dedup_key: null },
      refuses: /dedup_key/,
    },
  ],
};
