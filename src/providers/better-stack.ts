import { defineProvider } from "./form/define.ts";

const EVENT = ["$body.event", "attributes.status"];

/**
 * Better Stack's outgoing webhooks: an incident that was started, acknowledged, resolved or reopened; and an error that was
 * found or resolved (https://betterstack.com/docs/errors/integrations/outgoing-webhooks/). Changes of monitors and on-call
 * schedules have the same envelope.
 */
export const betterStack = defineProvider({
  id: "better-stack",
  name: "Better Stack",
  docs: "https://betterstack.com/docs/uptime/webhooks/",
  category: "uptime",
  keywords: "better uptime betterstack website status page",
  setup: `1. In Better Stack, open **Uptime → Integrations → Exporting data → Outgoing webhooks → Configure**.
2. Type **Incident**, webhook URL \`<INGEST_URL>?token=<SECRET>\`.
3. For errors, add an **Error webhook** with the same URL under **Errors → Outgoing webhooks**.`,
  sample: {
    body: {
      event: "started",
      data: {
        id: "84120771",
        type: "incident",
        attributes: {
          name: "Checkout",
          url: "https://shop.example.com/checkout",
          http_method: "get",
          cause: "Status 503",
          started_at: "2026-09-21T14:13:20.000Z",
          acknowledged_at: null,
          resolved_at: null,
          status: "Started",
        },
        relationships: { monitor: { data: { id: "311", type: "monitor" } } },
      },
    },
  },
  hasUniqueBody: true,
  body: "a Better Stack webhook",
  recognizedBy: [{ all: ["data.attributes", { at: "data.type", is: "incident monitor error on_call_calendar" }] }],
  kinds: [
    {
      when: "data.type=error",
      noAlert: [{ when: "attributes.event=ignored", why: "the error was ignored: its state did not change" }],
      action: { at: "attributes.event", words: { trigger: "new_error threshold spike reoccurred unresolved" } },
      title: ["attributes.error_type", "attributes.error_message", { text: "Better Stack error" }],
      description: "attributes.error_message",
      severity: "MEDIUM",
      source: "attributes.application_name",
      url: "attributes.error_url",
      metadata: `attributes.event application=attributes.application_name callSite=attributes.call_site_function`,
    },
  ],
  events: "data",
  event: "data with an id, a type and attributes",
  noAlert: [
    {
      when: { all: [{ at: "type" }, { not: "type=incident" }] },
      why: "not an incident: a change of a monitor, a release or an on-call schedule",
    },
  ],
  action: { at: EVENT },
  alertKey: "id",
  title: ["attributes.name", "attributes.cause"],
  description: "attributes.cause",
  severity: "HIGH",
  source: "attributes.name",
  url: "attributes.url",
  occurredAt: [
    // `started_at` of a reopened incident is its first start.
    { at: "attributes.started_at", on: "trigger", when: { not: { at: EVENT, contains: "reopen" } } },
    { at: "attributes.acknowledged_at", on: "acknowledge" },
    { at: "attributes.resolved_at", on: "resolve" },
  ],
  startedAt: "attributes.started_at",
  author: [
    { at: "attributes.resolved_by", on: "resolve" },
    { at: "attributes.acknowledged_by", on: ["trigger", "acknowledge"] },
  ],
  metadata: `monitorId=relationships.monitor.data.id event=$body.event attributes.status team=attributes.team_name
    attributes.regions httpMethod=attributes.http_method startedAt=attributes.started_at
    acknowledgedBy=attributes.acknowledged_by resolvedBy=attributes.resolved_by screenshot=attributes.screenshot_url`,
});
