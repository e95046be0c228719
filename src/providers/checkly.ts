import { defineProvider } from "./form/define.ts";
import { DEFAULT_HMAC } from "../verification/settings.ts";
import { asText } from "./fields.ts";

/** Checkly's webhook alert channel: one transition of a check, in the operator's template. Reads the default template of the channel. */
export const checkly = defineProvider({
  id: "checkly",
  name: "Checkly",
  docs: "https://www.checklyhq.com/docs/integrations/alerts/webhooks/",
  category: "uptime",
  keywords: "synthetic playwright browser api checks uptime",
  verification: { ...DEFAULT_HMAC, header: "x-checkly-signature", prefix: "" },
  setup: `1. In Checkly, open **Alert settings → Add more channels → Webhook**.
2. Method POST, URL \`<INGEST_URL>\`, webhook secret \`<SECRET>\`: Checkly signs with it.
3. Body:

   <TEMPLATE>

4. Enable failure and recovery (optionally degradation and SSL expiry), and subscribe your checks and groups.`,
  sample: {
    body: {
      event: "Checkout has failed",
      alert_type: "ALERT_FAILURE",
      check_id: "5f0d8a6c-1a55-4c2e-9a55-000000000001",
      check_name: "Checkout",
      check_type: "API",
      group_name: "Shop",
      check_result_id: "c7f7d4f2-7c11-4d0f-8d11-000000000002",
      check_error_message: "Expected status 200, got 503",
      response_time: "412",
      run_location: "Stockholm",
      ssl_days_remaining: "",
      ssl_check_domain: "",
      started_at: "2026-09-21T14:13:20.000Z",
      tags: "shop,production",
      link: "https://app.checklyhq.com/checks/5f0d8a6c-1a55-4c2e-9a55-000000000001",
    },
  },
  body: "an object from the webhook template",
  template: {
    placeholder: /\{\{\s*(?:ACCOUNT|ALERT|API|CHECK|GROUP|RESPONSE|RESULT|RUN|SSL|STARTED|TAGS)[A-Z_]*\s*\}\}/,
    variable: "{{<NAME>}}",
    variables: { event: "{{ALERT_TITLE}}", link: "{{RESULT_LINK}}" },
  },
  names: "ignoring case",
  recognizedBy: [
    "$headers.x-checkly-signature",
    "check_id alert_type",
    "check_name alert_type",
    "check_result_id check_name",
  ],
  noAlert: [{ when: "alert_type=NO_ALERT", why: "NO_ALERT: nothing changed" }],
  action: { at: "alert_type", words: { resolve: "ALERT_RECOVERY ALERT_DEGRADED_RECOVERY" } },
  // The recovery of a check does not affect its certificate alert.
  alertKey: [{ parts: ["check_id", { at: "alert_type", words: { ALERT_SSL: "ALERT_SSL" } }] }, "check_id"],
  title: ["event", "alert_title", "title", "check_name"],
  description: "check_error_message",
  // Severity of the new state: ALERT_FAILURE_DEGRADED means from failure to degraded.
  severity: ({ alert_type }) =>
    /FAIL(?:URE)?(?:_REMAIN)?$|RECOVERY$/i.test(asText(alert_type) ?? "") ? "HIGH" : "MEDIUM",
  source: ["check_name", "ssl_check_domain"],
  url: ["link", "result_link"],
  occurredAt: "started_at",
  // A new id for each delivery.
  leftOut: ["uuid"],
});
