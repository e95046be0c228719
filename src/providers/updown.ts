import { defineProvider } from "./form/define.ts";

/** What an event is about, if not whether the check is up. */
const ASPECTS = {
  ssl: "check.ssl_invalid check.ssl_valid check.ssl_expiration check.ssl_renewed",
  performance: "check.performance_drop",
};

/** updown.io's webhooks: an array of events, each of one check. */
export const updown = defineProvider({
  id: "updown",
  name: "updown.io",
  docs: "https://updown.io/api#webhooks",
  category: "uptime",
  keywords: "uptime website ssl",
  setup: `1. In updown.io, open **Settings → Recipients** and add a **Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Tick it among the recipients of your checks.`,
  sample: {
    body: [
      {
        event: "check.down",
        time: "2026-09-21T14:13:50Z",
        description: "DOWN: https://shop.example.com/checkout since 14:13:20 (UTC), reason: 503",
        check: {
          token: "q4zt",
          url: "https://shop.example.com/checkout",
          alias: "Checkout",
          last_status: 503,
          down: true,
          down_since: "2026-09-21T14:13:20Z",
          error: "503",
          period: 30,
        },
        downtime: { id: "61f0", error: "503", started_at: "2026-09-21T14:13:20Z", ended_at: null, duration: null },
      },
    ],
  },
  successStatus: 200,
  body: "an array of updown.io events",
  events: "$body",
  event: "an updown.io event",
  requires: [{ when: { any: ["event", "check"] }, what: "an event of a check" }],
  recognizedBy: ["$body[0].event $body[0].check.token"],
  action: {
    at: "event",
    words: { resolve: "check.up check.ssl_valid check.ssl_renewed" },
    strict: true,
  },
  // Certificates and performance have alerts of their own.
  alertKey: [{ parts: ["check.token", { at: "event", words: ASPECTS }] }, "check.token"],
  title: ["description", "check.alias", "check.url"],
  description: ["downtime.error", "ssl.error", "check.error"],
  severity: [{ at: "event", words: { MEDIUM: "check.ssl_expiration check.performance_drop" }, strict: true }, "HIGH"],
  source: ["check.alias", "check.url"],
  url: ["downtime.details_url", "check.url"],
  occurredAt: [{ at: "downtime.ended_at", on: "resolve" }, { at: "downtime.started_at", on: "trigger" }, "time"],
  startedAt: "downtime.started_at",
  metadata:
    "event check.token check.last_status check.period check.uptime downtime.duration ssl.days_before_expiration apdex_dropped",
});
