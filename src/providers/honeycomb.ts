import { defineProvider } from "./form/define.ts";

/** Honeycomb's webhook recipient: a state change of a trigger or burn alert. */
export const honeycomb = defineProvider({
  id: "honeycomb",
  name: "Honeycomb",
  docs: "https://docs.honeycomb.io/notify/webhooks/",
  category: "observability",
  keywords: "traces slo opentelemetry otel",
  // Honeycomb sends the shared secret in plain text.
  verification: { scheme: "token", in: "header", name: "x-honeycomb-webhook-token" },
  setup: `1. In Honeycomb, open **Team Settings → Integrations → Add Integration** under Trigger and SLO recipients, and choose **Webhook**.
2. Webhook URL: \`<INGEST_URL>\`. Shared secret: \`<SECRET>\`.
3. Add the recipient to your triggers and burn alerts, and enable notifications for resolved triggers.`,
  sample: {
    headers: { "x-honeycomb-webhook-delivery-id": "5a0e9d20-0c43-4c8a-8c7d-2a2b6d0f5d10" },
    body: {
      version: "v0.1.0",
      id: "tR1gg3r0001",
      name: "Slow checkouts",
      status: "TRIGGERED",
      summary: "Triggered: Slow checkouts",
      description: "P95 of checkout above 2 s",
      operator: "greater than",
      threshold: 2000,
      result_url: "https://ui.honeycomb.io/acme/datasets/shop/result/a1b2c3",
      trigger_url: "https://ui.honeycomb.io/acme/datasets/shop/triggers/tR1gg3r0001",
      result_groups: [{ Group: { endpoint: "/checkout" }, Result: 2410 }],
      result_groups_triggered: [{ Group: { endpoint: "/checkout" }, Result: 2410 }],
    },
  },
  sender: {
    timeoutSeconds: 15,
    retries: ["429", "5xx"],
    note: "up to three times, for 408, 502, and 429 or 503 with Retry-After; no retry after a timeout",
  },
  body: "a Honeycomb webhook object",
  idempotencyKey: "$headers.x-honeycomb-webhook-delivery-id",
  recognizedBy: [
    "$headers.x-honeycomb-webhook-delivery-id",
    "result_groups",
    "result_groups_triggered",
    "slo burn_alert",
  ],
  noAlert: [{ when: { all: [{ not: { at: "status" } }, { any: ["message", "body"] }] }, why: "Honeycomb's test" }],
  action: { at: ["status", "alert.status"] },
  // The first version of the body has no id, only a name.
  alertKey: ["id", "alert.id", "burn_alert.id", "name", "alert.name", "slo.name"],
  externalId: ["id", "alert.id", "burn_alert.id"],
  title: ["name", "alert.name", "slo.name", "summary"],
  description: ["description", "alert.description", "summary"],
  severity: { at: ["severity", "vars.severity"] },
  source: ["dataset", "environment"],
  url: ["trigger_url", "result_url", "slo.url"],
  occurredAt: ["timestamp", "alert.timestamp"],
  metadata: "status operator threshold result_groups_triggered result_url severity",
});
