import { defineProvider } from "./form/define.ts";

/**
 * OpenObserve's alerts: the template of the setup steps, or the prebuilt template of webhooks. There is no recovery.
 * https://openobserve.ai/docs/user-guide/analytics/alerts/
 */
export const openobserve = defineProvider({
  id: "openobserve",
  name: "OpenObserve",
  docs: "https://openobserve.ai/docs/user-guide/analytics/alerts/templates/",
  category: "observability",
  keywords: "logs metrics traces opentelemetry otel",
  setup: `1. In OpenObserve, open **Management → Templates → Add template**. Name: \`tocsin\`. Type: **Web Hook**. Body:

   <TEMPLATE>

2. Open **Management → Alert Destinations → Add destination**. Template: \`tocsin\`. URL: \`<INGEST_URL>\`. Method: **post**. Header:
   \`X-Tocsin-Token\` with the value \`<SECRET>\`.
3. Choose the destination in your alerts.

OpenObserve reports no end of an alert: resolve the alerts by hand, or set \`autoResolveMinutes\` of the integration.`,
  sample: {
    body: {
      org_name: "acme",
      stream_name: "checkout",
      stream_type: "logs",
      alert_name: "Checkout fails",
      alert_level: "critical",
      alert_operator: ">=",
      alert_threshold: "10",
      alert_count: "42",
      alert_trigger_time_str: "2026-09-21T14:13:20",
      alert_url: "https://openobserve.example.com/web/logs?org_identifier=acme&stream=checkout",
      rows: "status=503 path=/checkout",
    },
  },
  body: "an object by the template of the setup steps",
  template: {
    placeholder: /\{(?:org_name|stream_(?:name|type)|alert_[a-z_]+|rows)\}/,
    variable: "{<name>}",
  },
  recognizedBy: ["alert_name stream_name", "alert.name alert.stream.name"],
  kinds: [
    {
      // The prebuilt template `webhook`. https://github.com/openobserve/openobserve/blob/main/config/prebuilt-destinations.json
      when: "alert.name",
      action: { at: "alert.status", words: { trigger: "firing", resolve: "resolved" } },
      alertKey: { parts: ["alert.name", "alert.stream.name?", "alert.stream.type?"] },
      title: "alert.name",
      description: {
        text: "{alert.count} of {alert.threshold.operator} {alert.threshold.value} in {alert.stream.name}",
      },
      severity: { at: ["alert.severity", "alert.level"] },
      source: "alert.stream.name",
      url: "alert.url",
      occurredAt: { at: "alert.time", format: "utc" },
    },
  ],
  action: "trigger",
  alertKey: { parts: ["alert_name", "stream_name?", "org_name?"] },
  title: "alert_name",
  description: [{ join: ["rows", { text: "{alert_count} of {alert_operator} {alert_threshold} in {stream_name}" }] }],
  severity: { at: "alert_level" },
  source: "stream_name",
  url: "alert_url",
  occurredAt: { at: ["alert_trigger_time_str", "alert_trigger_time"], format: "utc" },
});
