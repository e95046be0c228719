import { defineProvider } from "./form/define.ts";

/** Names of the zone that a notification is about. */
const ZONE = ["data.zone_name", "data.unreachable_zones[0].zone_name"];

/** What a policy watches. */
const SUBJECT = {
  at: [
    "data.health_check_id",
    "data.pool_id",
    "data.incident_id",
    "data.tunnel_id",
    ...ZONE,
    "data.target_hostname",
    "data.target_ip",
    "data.config.id",
  ],
};

/** Cloudflare Notifications' webhook: one notification of a policy. */
export const cloudflare = defineProvider({
  id: "cloudflare",
  name: "Cloudflare",
  docs: "https://developers.cloudflare.com/notifications/reference/webhook-payload-schema/",
  category: "cloud",
  keywords: "cdn dns notifications edge",
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
  body: "a Cloudflare notification",
  recognizedBy: [
    "$headers.cf-webhook-auth",
    { all: ["text data ts", { any: ["alert_type", "policy_id", "account_id", "alert_event"] }] },
  ],
  noAlert: [
    {
      // The button "Save and Test" sends only a text.
      when: { all: ["text", { not: { any: ["data", "alert_type", "policy_id"] } }] },
      why: "Cloudflare's test",
    },
  ],
  // Types without an event have a current state. Most types have neither.
  action: [
    { when: "alert_event=ALERT_STATE_EVENT_END", is: "resolve" },
    {
      at: ["data.new_health_status", "data.new_health", "data.new_status", "data.incident_status", "data.status"],
    },
    "trigger",
  ],
  // Without a correlation id: the object that the policy watches.
  alertKey: [
    "alert_correlation_id",
    { parts: ["policy_id", SUBJECT] },
    "policy_id",
    { parts: ["alert_type", SUBJECT] },
    "alert_type",
  ],
  externalId: ["policy_id", "alert_correlation_id"],
  title: ["name", "policy_name", "text"],
  description: "text",
  // Most notification types have no severity. An unreachable origin is urgent.
  severity: [
    { at: "data.severity" },
    {
      at: "data.incident_impact",
      words: {
        CRITICAL: "INCIDENT_IMPACT_CRITICAL",
        HIGH: "INCIDENT_IMPACT_MAJOR",
        LOW: "INCIDENT_IMPACT_MINOR",
        INFO: "INCIDENT_IMPACT_NONE",
      },
    },
    { when: { at: "alert_type", contains: ["health", "origin"] }, is: "HIGH" },
  ],
  source: [...ZONE, "data.health_check_name", "data.pool_name", SUBJECT],
  url: ["data.dashboard_link", "data.rule_link", "data.incident_url"],
  occurredAt: "ts",
  metadata: "alertType=alert_type alertEvent=alert_event policyId=policy_id accountId=account_id data",
});
