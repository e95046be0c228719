import { defineProvider } from "./form/define.ts";

/** Rootly's webhooks: one event of an incident or an alert. https://docs.rootly.com/integrations/webhooks */
export const rootly = defineProvider({
  id: "rootly",
  name: "Rootly",
  docs: "https://docs.rootly.com/integrations/webhooks",
  // The signature of Rootly has its time in the same header, which no scheme here verifies, so the secret is in the URL.
  setup: `1. In Rootly, open **Configuration → Webhooks → Add**.
2. Webhook endpoint: \`<INGEST_URL>?token=<SECRET>\`
3. Event types: \`incident.created\`, \`incident.updated\`, \`incident.mitigated\`, \`incident.resolved\` and \`incident.cancelled\`; for alerts
   \`alert.created\`.`,
  sample: {
    body: {
      event: {
        id: "0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2b31",
        type: "incident.created",
        issued_at: "2026-09-21T14:13:21.000Z",
      },
      data: {
        id: "9a1c8e54-7c19-4c24-8d0e-1f7a9a3b5c32",
        sequential_id: 42,
        title: "Checkout is down",
        slug: "checkout-is-down",
        summary: "No order succeeds.",
        status: "started",
        severity: { id: "2c5a3f10-5f3d-4e57-a9f3-6a0d1b7e4c33", name: "SEV1", slug: "sev1", severity: "critical" },
        user: { id: 7, full_name: "Alice Example", email: "alice@example.com" },
        services: [{ id: "s1", name: "Checkout API" }],
        environments: [{ id: "e1", name: "Production" }],
        url: "https://rootly.example.com/account/incidents/42-checkout-is-down",
        started_at: "2026-09-21T14:13:20.000Z",
        mitigated_at: null,
        resolved_at: null,
        created_at: "2026-09-21T14:13:20.000Z",
        updated_at: "2026-09-21T14:13:20.000Z",
      },
    },
  },
  body: "a Rootly webhook",
  requires: [{ when: "event data", what: "event and data" }],
  recognizedBy: ["event.type event.issued_at data.id"],
  idempotencyKey: "event.id",
  noAlert: [
    {
      when: {
        not: {
          any: [
            { at: "event.type", startsWith: "incident." },
            { at: "event.type", startsWith: "alert." },
          ],
        },
      },
      why: "the event is neither of an incident nor of an alert",
    },
  ],
  kinds: [
    {
      when: { at: "event.type", startsWith: "alert." },
      action: [
        {
          at: "event.type",
          words: { trigger: "alert.created", acknowledge: "alert.acknowledged", resolve: "alert.resolved" },
          strict: true,
        },
        { at: "data.status" },
        { noAlert: "the event does not change the state of the alert" },
      ],
      alertKey: "data.id",
      title: ["data.summary", "data.title", "data.description"],
      description: "data.description",
      severity: { at: ["data.alert_urgency.urgency", "data.alert_urgency.name", "data.severity"] },
      source: ["data.source", "data.services[0].name"],
      url: ["data.url", "data.external_url"],
      occurredAt: [{ at: "data.ended_at", on: "resolve" }, "data.started_at", "event.issued_at"],
      metadata: { event: "event.type", status: "data.status", services: "data.services[*].name" },
    },
  ],
  action: [
    {
      at: "event.type",
      words: {
        trigger: "incident.created incident.in_triage",
        resolve: "incident.mitigated incident.resolved incident.cancelled incident.deleted",
      },
      strict: true,
    },
    {
      at: "data.status",
      words: {
        trigger: "started in_triage triage detected open",
        acknowledge: "acknowledged",
        resolve: "mitigated resolved cancelled closed completed",
      },
      strict: true,
    },
    { noAlert: "the event does not change the state of the incident" },
  ],
  alertKey: "data.id",
  externalId: "data.sequential_id",
  title: ["data.title", "data.slug"],
  description: "data.summary",
  severity: { at: ["data.severity.severity", "data.severity.slug", "data.severity.name", "data.severity"] },
  source: ["data.services[0].name", "data.environments[0].name"],
  url: ["data.url", "data.short_url"],
  occurredAt: [
    { at: ["data.resolved_at", "data.mitigated_at", "data.cancelled_at"], on: "resolve" },
    { at: ["data.started_at", "data.created_at"], on: "trigger" },
    "event.issued_at",
  ],
  note: { at: ["data.resolution_message", "data.mitigation_message", "data.cancellation_message"], on: "resolve" },
  metadata: {
    event: "event.type",
    status: "data.status",
    severity: ["data.severity.name", "data.severity"],
    services: "data.services[*].name",
    environments: "data.environments[*].name",
    number: "data.sequential_id",
  },
});
