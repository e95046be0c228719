import { defineProvider } from "./form/define.ts";

/** Apex Ping's webhook: one triggered or resolved alert of a check. */
export const apexping = defineProvider({
  id: "apexping",
  name: "Apex Ping",
  docs: "https://apex.sh/docs/ping/webhooks/",
  category: "uptime",
  keywords: "uptime website http",
  setup: `1. In Apex Ping, open **Alerts → Add Alert** and choose **Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Choose the check and when to alert, and save.`,
  sample: {
    body: {
      triggered_at: "2026-09-21T14:13:20.657259407Z",
      state: "triggered",
      alert: { id: 41, type: "time_total", stat: "avg", window_duration: 5, value: 1500, op: "gt" },
      check: {
        id: 112,
        name: "Checkout",
        method: "GET",
        protocol: "https",
        url: "shop.example.com/checkout",
        apdex_threshold: 500,
      },
      value: 2310,
    },
  },
  body: "an Apex Ping alert",
  recognizedBy: ["state check alert.id alert.stat"],
  action: { at: "state" },
  // A check has one alert per condition.
  alertKey: { parts: ["check.id", "alert.id?"] },
  title: "check.name",
  description: {
    join: [{ join: ["alert.stat", "alert.type", "alert.op", "alert.value"], with: " " }, "value"],
    with: ": ",
  },
  source: "check.name",
  // The URL of a check has no scheme.
  url: [
    { at: "check.url", when: { at: "check.url", contains: "://" } },
    { at: { text: "{check.protocol}://{check.url}" } },
  ],
  // `triggered_at` of a resolve is the time of the trigger.
  occurredAt: [
    { at: "resolved_at", on: "resolve" },
    { at: "triggered_at", on: ["trigger", "acknowledge"] },
  ],
  startedAt: "triggered_at",
  metadata: "state value alert check.method",
});
