import { defineProvider } from "./form/define.ts";
import { asText, pick } from "./fields.ts";
import { MINUTE } from "../lib/time.ts";

/** ThousandEyes' alert notification by webhook. https://docs.thousandeyes.com/product-documentation/alerts/integrations/webhooks */
export const thousandeyes = defineProvider({
  id: "thousandeyes",
  name: "Cisco ThousandEyes",
  docs: "https://docs.thousandeyes.com/product-documentation/integration-guides/custom-webhook-integrations",
  category: "uptime",
  keywords: "cisco network internet synthetic",
  setup: `1. In ThousandEyes, open **Manage → Integrations → New Integration → Webhook**.
2. URL: \`<INGEST_URL>\`. Auth type **Bearer token** (or Basic with any user): \`<SECRET>\`.
3. In each alert rule, choose the webhook under **Notifications → Integrations**.`,
  sample: {
    body: {
      eventId: "9b0c1d2e-0001--5f2c9f10-0001",
      eventType: "ALERT_NOTIFICATION_TRIGGER",
      alert: {
        alertId: "5f2c9f10-7c1a-4b7e-a3b1-000000000001",
        ruleName: "Login page",
        ruleExpression: "Response Code is not OK (2xx)",
        severity: "Major",
        type: "HTTP Server",
        testName: "Login",
        testTargetsDescription: ["https://login.example.com"],
        dateStartZoned: "2026-09-21 14:13:20 UTC",
        dateStart: "2026-09-21 14:13:20",
        active: 1,
        violationCount: 2,
        permalink: "https://app.thousandeyes.com/alerts/list/?alertId=5f2c9f10",
      },
    },
  },
  maxLatenessMs: 2 * MINUTE,
  body: "a ThousandEyes webhook object",
  idempotencyKey: { text: "{eventId} {eventType}" },
  recognizedBy: [
    {
      all: [
        "alert.alertId",
        { any: ["eventType", ...["ruleName", "ruleId", "testName", "dateStart"].map((name) => `alert.${name}`)] },
      ],
    },
    "eventType agentAlert",
    "eventType=WEBHOOK_TEST",
  ],
  kinds: [
    { when: { at: "eventType", contains: "TEST" }, events: undefined, action: { noAlert: "ThousandEyes' test" } },
    // Alerts of endpoint agents have a different format.
    { when: { all: ["agentAlert", { not: "alert" }] }, events: "agentAlert" },
  ],
  events: "alert",
  event: "an alert",
  action: [
    // The last word, such as that of ALERT_NOTIFICATION_TRIGGER.
    {
      at: (_, { body }) => asText(pick(body, "eventType"))?.split("_").at(-1),
      words: { trigger: "TRIGGER", resolve: "CLEAR" },
      strict: true,
    },
    { at: ["state", "status"] },
    { when: { at: "active", is: "0 false" }, is: "resolve" },
  ],
  alertKey: ["alertId", "agentNotificationId"],
  title: ["ruleName", "testName", "notificationRuleName", "agentName"],
  description: "ruleExpression",
  severity: { at: "severity" },
  source: ["testName", "agentName", "testTargetsDescription[0]"],
  url: "permalink",
  // Times without a zone are UTC.
  occurredAt: [
    { at: "dateEnd", on: "resolve", format: "utc" },
    { at: "dateStart", on: ["trigger", "acknowledge"], format: "utc" },
  ],
  startedAt: { at: "dateStart", format: "utc" },
  metadata: "severity type target=testTargetsDescription[0] test=testName agents violations=violationCount",
});
