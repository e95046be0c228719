import { parseActionIn } from "./actions.ts";
import { asInstant, asList, asSeverity, asText, firstText, has, hasAny, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, noEvents, singleEvent, type Provider } from "./provider.ts";

/** Honeycomb's webhook recipient: a state change of a trigger or burn alert. https://docs.honeycomb.io/notify/webhooks/ */
export const honeycomb: Provider = {
  id: "honeycomb",
  name: "Honeycomb",
  docs: "https://docs.honeycomb.io/notify/webhooks/",
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
  senderProfile: {
    timeoutSeconds: 15,
    clientErrors: "dropped",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "up to three times, for 408, 502, and 429 or 503 with Retry-After; no retry after a timeout",
  },
  volatile: [],
  idempotencyKey: ({ headers }) => headers.get("x-honeycomb-webhook-delivery-id"),
  recognizes: ({ headers, body }) =>
    headers.has("x-honeycomb-webhook-delivery-id") ||
    hasAny(body, "result_groups", "result_groups_triggered") ||
    has(body, "slo", "burn_alert"),
  read({ body }) {
    const message = objectBody(body, "a Honeycomb webhook object");
    if (asText(message.status) === null && hasAny(message, "message", "body")) return noEvents("Honeycomb's test");
    const trigger = firstText(message.id, pick(message, "alert", "id"), pick(message, "burn_alert", "id"));
    const name = firstText(message.name, pick(message, "alert", "name"), pick(message, "slo", "name"));
    return singleEvent(
      newEvent({
        action: parseActionIn(firstText(message.status, pick(message, "alert", "status")) ?? "") ?? "trigger",
        // The first version of the body has no id, only a name.
        alertKey: keyOf(trigger) ?? keyOf(name),
        externalId: trigger,
        title: firstText(name, message.summary) ?? "Honeycomb trigger",
        description: firstText(message.description, pick(message, "alert", "description"), message.summary),
        severity: asSeverity(firstText(message.severity, pick(message, "vars", "severity"))),
        source: firstText(pick(message, "dataset"), pick(message, "environment")),
        url: firstText(message.trigger_url, message.result_url, pick(message, "slo", "url")),
        occurredAt: asInstant(firstText(message.timestamp, pick(message, "alert", "timestamp"))),
        metadata: {
          status: message.status,
          operator: message.operator,
          threshold: message.threshold,
          triggered: asList(message.result_groups_triggered),
          resultUrl: message.result_url,
          severity: message.severity,
        },
      }),
    );
  },
};
