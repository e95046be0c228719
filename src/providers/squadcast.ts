import { defineProvider } from "./form/define.ts";

const WORDS = {
  trigger: "incident_triggered incident.triggered",
  acknowledge: "incident_acknowledged incident.acknowledged",
  resolve: "incident_resolved incident.resolved",
};

/** The severity is a tag: an object with a value, or a text. */
const SEVERITY = [
  "tags.severity.value",
  "tags.severity",
  "tags.Severity.value",
  "tags.Severity",
  "tags.priority.value",
  "priority",
];

/** Squadcast's outgoing webhooks, versions 1 and 2: one event of an incident. */
export const squadcast = defineProvider({
  id: "squadcast",
  name: "Squadcast",
  docs: "https://developers.squadcast.com/outgoing-webhooks/",
  category: "incidents",
  keywords: "on call on-call paging",
  setup: `1. In Squadcast, open **Settings → Webhooks → Add Webhook**.
2. Version: **v2**. URL: \`<INGEST_URL>\`. Add the header \`X-Tocsin-Token\` with the value \`<SECRET>\`.
3. Triggers: **Incident triggered**, **Incident acknowledged** and **Incident resolved**.`,
  sample: {
    body: {
      version: "v2",
      event: {
        id: "68d009e0a1b2c3d4e5f60751",
        type: "incident.triggered",
        resource: "incident",
        timestamp: "2026-09-21T14:13:21.388057811Z",
      },
      data: {
        resource_data: {
          id: "68d009e0a1b2c3d4e5f60752",
          message: "Disk almost full on db-1",
          description: "Less than 5 % is free on /var.",
          url: "https://app.squadcast.example.com/incident/68d009e0a1b2c3d4e5f60752",
          alert_source: { id: "s1", type: "Prometheus", short_name: "prometheus" },
          service: { id: "68d009e0a1b2c3d4e5f60753", name: "Database", slug: "database" },
          status: "triggered",
          created_at: "2026-09-21T14:13:20.37Z",
          assigned_to: { id: "u1", name: "Alice Example", type: "user" },
          tags: { severity: { value: "high", color: "#FF0A49" } },
        },
      },
    },
  },
  body: "an outgoing webhook of Squadcast",
  recognizedBy: [
    "version event.type event.resource data.resource_data",
    "event_type organization service alert_source message",
  ],
  idempotencyKey: "event.id",
  kinds: [
    {
      // Version 1: the incident is the body.
      when: "$body.event_type",
      events: undefined,
      action: [
        { at: "event_type", words: WORDS, strict: true },
        { noAlert: "the event does not change the state of the incident" },
      ],
      occurredAt: [{ at: "created_at", on: "trigger" }, "timeline[0].time"],
    },
    {
      when: { not: "$body.data" },
      events: undefined,
      requires: [{ when: "$body.data", what: "an event with data" }],
    },
  ],
  events: "data.resource_data",
  event: "an incident",
  action: [
    { at: "$body.event.type", words: WORDS, strict: true },
    { noAlert: "the event does not change the state of the incident" },
  ],
  alertKey: "id",
  title: ["message", "description"],
  description: "description",
  severity: { at: SEVERITY },
  source: ["service.name", "alert_source.type"],
  url: "url",
  occurredAt: [{ at: "created_at", on: "trigger" }, "$body.event.timestamp"],
  author: { at: "assigned_to.name", on: "acknowledge" },
  metadata: "status service.name alert_source.type assigned_to tags event_count",
});
