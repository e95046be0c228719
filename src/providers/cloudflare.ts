import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, hasAny, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** Cloudflare Notifications' webhook: one notification of a policy. https://developers.cloudflare.com/notifications/reference/webhook-payload-schema/ */
export const cloudflare: Provider = {
  id: "cloudflare",
  name: "Cloudflare",
  docs: "https://developers.cloudflare.com/notifications/reference/webhook-payload-schema/",
  // Cloudflare sends the secret in plain text.
  verification: { scheme: "token", in: "header", name: "cf-webhook-auth" },
  setup: `1. In the Cloudflare dashboard, open **Notifications → Destinations → Webhooks → Create**.
2. URL: \`<INGEST_URL>\`. Secret: \`<SECRET>\`. Click **Save and Test**. The test opens no alert.
3. Under **All Notifications**, add or edit notifications and select the webhook as their destination.`,
  sample: {
    body: {
      name: "Shop health checks",
      text: "The health check of shop.example.com is unhealthy: HTTP timeout occurred",
      data: {
        account_name: "Acme",
        health_check_id: "f5e0c1d2b3a495867768594a3b2c1d0e",
        health_check_name: "shop",
        new_health_status: "Unhealthy",
        old_status: "Healthy",
        reason: "HTTP timeout occurred",
        status_change_time: "2026-09-21T14:13:18Z",
        zone_name: "example.com",
      },
      ts: 1_790_000_000,
      account_id: "0123456789abcdef0123456789abcdef",
      policy_id: "89abcdef0123456789abcdef01234567",
      policy_name: "Shop health checks",
      alert_type: "health_check_status_notification",
      alert_correlation_id: "c0ffee00c0ffee00c0ffee00c0ffee00",
      alert_event: "ALERT_STATE_EVENT_START",
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ headers, body }) =>
    headers.has("cf-webhook-auth") ||
    (has(body, "text", "data", "ts") && hasAny(body, "alert_type", "policy_id", "account_id", "alert_event")),
  read({ body }) {
    const message = objectBody(body, "a Cloudflare notification");
    // The button "Save and Test" sends only a text.
    if (has(message, "text") && !hasAny(message, "data", "alert_type", "policy_id"))
      return noEvents("Cloudflare's test");
    const data = asObject(message.data);
    const type = asText(message.alert_type);
    const subject = firstText(
      data.health_check_id,
      data.pool_id,
      data.incident_id,
      data.tunnel_id,
      data.zone_name,
      pick(data, "unreachable_zones", 0, "zone_name"),
      data.target_hostname,
      data.target_ip,
      pick(data, "config", "id"),
    );
    return singleEvent(
      newEvent({
        action: readAction(message, data),
        // Without a correlation id: the object that the policy watches.
        alertKey: keyOf(message.alert_correlation_id) ?? keyOf(message.policy_id, subject) ?? keyOf(type, subject),
        externalId: firstText(message.policy_id, message.alert_correlation_id),
        title: firstText(message.name, message.policy_name, message.text) ?? "Cloudflare notification",
        description: asText(message.text),
        // Most notification types have no severity. An unreachable origin is urgent.
        severity: asSeverity(
          data.severity ?? (asText(data.incident_impact) ?? "").replace(/^INCIDENT_IMPACT_/, ""),
          /health|origin/.test(type ?? "") ? "HIGH" : "MEDIUM",
        ),
        source: firstText(
          data.zone_name,
          pick(data, "unreachable_zones", 0, "zone_name"),
          data.health_check_name,
          data.pool_name,
          subject,
        ),
        url: firstText(data.dashboard_link, data.rule_link, data.incident_url),
        occurredAt: asInstant(message.ts),
        metadata: {
          alertType: type,
          alertEvent: message.alert_event,
          policyId: message.policy_id,
          accountId: message.account_id,
          data: message.data,
        },
      }),
    );
  },
};

/** The action from `alert_event`, or from the current state for types without it. */
function readAction(message: JsonObject, data: JsonObject): Action {
  if (message.alert_event === "ALERT_STATE_EVENT_END") return "resolve";
  const state =
    firstText(data.new_health_status, data.new_health, data.new_status, data.incident_status, data.status) ?? "";
  return parseActionIn(state.replace(/^INCIDENT_STATUS_/, "")) === "resolve" ? "resolve" : "trigger";
}
