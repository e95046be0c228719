import { DEFAULT_HMAC } from "../verification/settings.ts";
import { defineProvider } from "./form/define.ts";

/** FireHydrant's webhooks: an incident that was created or changed. https://docs.firehydrant.com/docs/webhooks */
export const firehydrant = defineProvider({
  id: "firehydrant",
  name: "FireHydrant",
  docs: "https://docs.firehydrant.com/docs/webhooks",
  verification: { ...DEFAULT_HMAC, header: "fh-signature", prefix: "" },
  setup: `1. In FireHydrant, open **Settings → Webhooks → Create webhook**.
2. URL: \`<INGEST_URL>\`. Subscriptions: **Incidents**. Signing secret: \`<SECRET>\`.

Milestones move the alert: an acknowledged, investigating or identified incident is acknowledged; a mitigated or resolved one is resolved.`,
  sample: {
    body: {
      event: { operation: "CREATED", resource_type: "incident" },
      data: {
        incident: {
          id: "0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2b41",
          name: "Checkout is down",
          number: 42,
          summary: "No order succeeds.",
          description: "Since the last deploy.",
          customer_impact_summary: "Customers cannot pay.",
          current_milestone: "started",
          severity: "SEV1",
          priority: "P1",
          incident_url: "https://app.firehydrant.example.com/incidents/0f7f5f3c/incident",
          tags: ["checkout"],
          labels: {},
          created_at: "2026-09-21 14:13:20 UTC",
          started_at: "2026-09-21 14:13:20 UTC",
          updated_at: "2026-09-21 14:13:20 UTC",
          last_note: null,
        },
      },
    },
  },
  body: "a FireHydrant webhook",
  requires: [{ when: "event data", what: "event and data" }],
  recognizedBy: ["event.operation event.resource_type data"],
  noAlert: [
    { when: { not: "event.resource_type=incident" }, why: "not an incident" },
    { when: { not: "data.incident" }, why: "the event has no incident" },
  ],
  action: [
    {
      at: "data.incident.current_milestone",
      words: {
        trigger: "started detected",
        acknowledge: "acknowledged investigating identified",
        resolve:
          "mitigated resolved retrospective_started retrospective_completed postmortem_started postmortem_completed closed",
      },
      strict: true,
    },
    { when: "event.operation=CREATED", is: "trigger" },
    { noAlert: "the event does not change the state of the incident" },
  ],
  alertKey: "data.incident.id",
  externalId: "data.incident.number",
  title: "data.incident.name",
  description: ["data.incident.summary", "data.incident.description", "data.incident.customer_impact_summary"],
  severity: {
    at: [
      "data.incident.severity.slug",
      "data.incident.severity",
      "data.incident.priority.slug",
      "data.incident.priority",
    ],
  },
  source: ["data.incident.services[0].name", "data.incident.environments[0].name"],
  url: ["data.incident.incident_url", "data.incident.private_status_page_url"],
  occurredAt: [
    { at: { at: "data.incident.started_at", on: "trigger" }, format: "utc" },
    { at: "data.incident.updated_at", format: "utc" },
  ],
  note: { at: "data.incident.last_note", on: ["acknowledge", "resolve"] },
  metadata: {
    milestone: "data.incident.current_milestone",
    severity: ["data.incident.severity.slug", "data.incident.severity"],
    priority: ["data.incident.priority.slug", "data.incident.priority"],
    number: "data.incident.number",
    tags: "data.incident.tags",
    impact: "data.incident.customer_impact_summary",
  },
});
