import { defineProvider } from "./form/define.ts";

/** Pingdom's state change webhook: a state change of one check. */
export const pingdom = defineProvider({
  id: "pingdom",
  name: "Pingdom",
  docs: "https://www.pingdom.com/resources/webhooks/",
  category: "uptime",
  keywords: "solarwinds uptime website synthetic",
  // Pingdom cannot set headers or sign, so the secret is in the URL.
  setup: `1. In Pingdom, open **Settings → Integrations → Add integration** and choose **Webhook**.
2. Paste this URL: \`<INGEST_URL>?token=<SECRET>\`
3. In each check, tick the integration under **Connect integrations**.`,
  sample: {
    body: {
      check_id: 480112,
      check_name: "Checkout page",
      check_type: "HTTP",
      check_params: { full_url: "https://shop.example.com/checkout", hostname: "shop.example.com", port: 443 },
      tags: ["shop"],
      previous_state: "UP",
      current_state: "DOWN",
      importance_level: "HIGH",
      state_changed_timestamp: 1790000000,
      state_changed_utc_time: "2026-09-21T14:13:20",
      long_description: "HTTP Server Error 503 Service Unavailable",
      description: "HTTP 503",
      first_probe: { location: "Stockholm, Sweden" },
    },
  },
  body: "a Pingdom state change",
  recognizedBy: ["check_id current_state"],
  alertKey: "check_id",
  // Uptime checks send UP and DOWN, transaction checks SUCCESS and FAILING.
  action: { at: "current_state" },
  title: "check_name",
  description: ["long_description", "description"],
  // Old checks have no importance level.
  severity: [{ at: "importance_level" }, "HIGH"],
  source: "check_params.hostname",
  url: "check_params.full_url",
  occurredAt: ["state_changed_timestamp", { at: "state_changed_utc_time", format: "utc" }],
  metadata: "check_type current_state previous_state importance_level tags custom_message first_probe second_probe",
});
