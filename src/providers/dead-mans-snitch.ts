import { defineProvider } from "./form/define.ts";

/** Dead Man's Snitch's webhook: one snitch that is missing, failed or reporting again. */
export const deadMansSnitch = defineProvider({
  id: "dead-mans-snitch",
  name: "Dead Man's Snitch",
  docs: "https://deadmanssnitch.com/docs/integrations/webhooks",
  category: "heartbeats",
  keywords: "cron jobs heartbeat scheduled tasks backups",
  setup: `1. In Dead Man's Snitch, open the case's **Integrations** and add a **Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\``,
  sample: {
    headers: { "user-agent": "Dead Man's Snitch; https://deadmanssnitch.com" },
    body: {
      type: "snitch.missing",
      timestamp: "2026-09-21T14:13:20.000Z",
      data: {
        snitch: {
          token: "a91b04cc7e",
          name: "Nightly backup",
          notes: "See the runbook of the backups.",
          tags: ["db"],
          status: "missing",
          previous_status: "healthy",
        },
      },
    },
  },
  sender: { timeoutSeconds: 30, note: "every status except 2xx is a failure" },
  body: "a Dead Man's Snitch event",
  events: "data.snitch",
  event: "a snitch",
  requires: [{ when: { at: "$body.type" }, what: "the type of the event" }],
  recognizedBy: [{ all: ["data.snitch", { at: "$body.type", startsWith: "snitch." }] }],
  noAlert: [{ when: "$body.type=snitch.paused", why: "the snitch was paused" }],
  action: { at: "$body.type", words: { resolve: "snitch.reporting" } },
  alertKey: "token",
  title: ["name", { text: "Dead Man's Snitch" }],
  description: "notes",
  severity: "HIGH",
  source: "name",
  occurredAt: "$body.timestamp",
  metadata: "$body.type status previous_status tags",
});
