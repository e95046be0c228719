import { defineProvider } from "./form/define.ts";
import { asObject, pick } from "./fields.ts";

/** The webhook of Librato, later AppOptics: one triggered or cleared alert, as JSON in the form field `payload` or as the body. */
export const librato = defineProvider({
  id: "librato",
  name: "Librato / AppOptics",
  docs: "https://documentation.solarwinds.com/en/success_center/appoptics/content/kb/alert/notification_services/webhook.htm",
  category: "metrics",
  keywords: "appoptics solarwinds metrics",
  setup: `1. In AppOptics, open **Settings → Notification Services → Webhook → Add Configuration**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Choose the service under **Notification Services** of your alerts.`,
  sample: {
    body: {
      alert: {
        id: 5846005,
        name: "shop.high.load",
        runbook_url: "https://wiki.example.com/load",
        version: 2,
        description: "Load of a web server",
      },
      incident_key: "shop-high-load-20260921",
      account: "ops@example.com",
      trigger_time: 1790000000,
      conditions: [{ id: 1150670, type: "above", threshold: 2, duration: 300 }],
      violations: {
        "web-1": [{ metric: "load.shortterm", value: 7.19, recorded_at: 1789999995, condition_violated: 1150670 }],
      },
    },
  },
  formats: ["form"],
  body: "a Librato alert object, or a form with a payload",
  // Old versions send plain JSON, and some relays nest it.
  unwrap: "payload",
  events: "alert",
  event: "an alert",
  recognizedBy: ["alert violations", "alert incident_key", "alert trigger_time"],
  // The value is the way in which the alert was cleared: normal, auto, manual.
  action: [
    { when: "$body.clear=false", is: "trigger" },
    { when: { at: "$body.clear" }, is: "resolve" },
  ],
  // Old versions have no incident key.
  alertKey: ["$body.incident_key", "id"],
  externalId: ["id", "$body.incident_key"],
  title: "name",
  description: "description",
  source: (_, { body }) => Object.keys(asObject(pick(body, "violations"))).join(", "),
  url: "runbook_url",
  occurredAt: "$body.trigger_time",
  metadata: "$body.conditions $body.violations $body.clear triggeredByUserTest=$body.triggered_by_user_test",
});
