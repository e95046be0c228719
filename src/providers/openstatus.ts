import { defineProvider } from "./form/define.ts";

/** openstatus' webhook: one monitor that failed, became slow or recovered. */
export const openstatus = defineProvider({
  id: "openstatus",
  name: "openstatus",
  docs: "https://docs.openstatus.dev/alerting/providers/webhook",
  category: "uptime",
  keywords: "uptime website status page synthetic",
  setup: `1. In openstatus, open **Notifications → Create Notifier**, and choose **Webhook**.
2. Webhook URL: \`<INGEST_URL>\`. Header: \`X-Tocsin-Token\` with the value \`<SECRET>\`.
3. Tick your monitors, and save. **Test Webhook** sends a recovery, which opens no alert.`,
  sample: {
    body: {
      monitor: { id: 4711, name: "Checkout", url: "https://shop.example.com/checkout" },
      cronTimestamp: 1790000000000,
      status: "error",
      statusCode: 503,
      latency: 1337,
      errorMessage: "Service Unavailable",
    },
  },
  // openstatusHQ/openstatus packages/notifications/webhook: it throws for a response that is not 2xx. Retries are not published.
  body: "a notification of openstatus",
  requires: [{ when: "monitor", what: "a monitor" }],
  recognizedBy: ["monitor.id monitor.url cronTimestamp status"],
  action: { at: "status", words: { trigger: "error degraded", resolve: "recovered" } },
  alertKey: "monitor.id",
  title: ["monitor.name", "monitor.url"],
  description: [
    "errorMessage",
    { at: { text: "Status code {statusCode}, {latency} ms" }, on: "trigger" },
    { at: { text: "{latency} ms" }, on: "trigger" },
  ],
  severity: [{ when: "status=degraded", is: "LOW" }, "HIGH"],
  source: "monitor.name",
  url: "monitor.url",
  occurredAt: "cronTimestamp",
  metadata: "status statusCode latency",
});
