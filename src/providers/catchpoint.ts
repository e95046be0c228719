import { defineProvider } from "./form/define.ts";

/** 3 is called Improved, or OK in some templates. */
const LEVEL = ["notificationLevelId", "notificationLevel", "eventState", "severity"];

/** Catchpoint's alert webhook: one alert of a test, in the operator's template. */
export const catchpoint = defineProvider({
  id: "catchpoint",
  name: "Catchpoint",
  docs: "https://docs.catchpoint.com/docs/alert-webhook-templates",
  category: "uptime",
  keywords: "synthetic internet performance uptime",
  setup: `1. In Catchpoint, open **Integrations → Webhook**, and under **Alert Webhook** click **Add URL**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`, status **Active**, format **Template**; add a template with format JSON:

   <TEMPLATE>

3. Apply it to **All Alerts**, or choose it in the alert settings of your tests, and enable notifications for improvements.`,
  sample: {
    body: {
      testName: "Checkout page",
      testId: "481516",
      testUrl: "https://shop.example.com/checkout",
      alertTypeId: "9",
      productName: "Shop",
      clientId: "2342",
      notificationLevelId: "1",
      alertCreateDateUtc: "2026-09-21 14:13:20",
    },
  },
  body: "an object from the webhook template",
  template: {
    // Spelt in either case.
    placeholder:
      /\$\{(?:alert|client|contact|division|group|monitor|node|notification|product|switch|test|trigger)[^{}]*\}/i,
    variable: "${<name>}",
  },
  names: "ignoring case",
  recognizedBy: [
    {
      all: [{ any: ["testId", "testName"] }, { any: ["notificationLevelId", "notificationLevel", "alertTypeId"] }],
    },
  ],
  action: { at: LEVEL, words: { trigger: "0 1", resolve: "3 improved" } },
  // One test may have alerts of several types at the same time.
  alertKey: [{ parts: ["testId", "alertTypeId"] }, { at: "testId", when: { not: "alertTypeId" } }],
  title: ["testName", "service", "text"],
  description: ["text", "description", "message"],
  severity: { at: LEVEL, words: { MEDIUM: "0", CRITICAL: "1", INFO: "3 improved" } },
  source: ["productName", "nodeName"],
  url: "testUrl",
  occurredAt: { at: ["alertCreateDateUtc", "ts", "timestamp"], format: "utc" },
});
