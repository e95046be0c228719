import { defineProvider } from "./form/define.ts";

/** Uptime.com's custom postback URL: one raised or cleared alert of a check; also the flat legacy payload. */
export const uptimeCom = defineProvider({
  id: "uptime-com",
  name: "Uptime.com",
  docs: "https://support.uptime.com/hc/en-us/articles/115002560845-Configuring-Custom-Postback-URL-Webhooks",
  category: "uptime",
  keywords: "uptime website synthetic",
  setup: `1. In Uptime.com, open **Notifications → Integrations → New Profile**, provider type **Custom Postback URL (Webhook)**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Leave the legacy payload off, and assign the profile to the contacts of your checks.`,
  sample: {
    body: {
      event: "alert_raised",
      data: {
        service: {
          id: 510221,
          name: "Checkout",
          display_name: "Checkout",
          monitoring_service_type: "HTTP",
          msp_address: "https://shop.example.com/checkout",
          tags: ["shop"],
        },
        account: { id: 77, name: "Acme", site_url: "https://uptime.com" },
        date: "2026-09-21T14:13:20.000Z",
        alert: {
          id: 990012,
          created_at: "2026-09-21T14:13:20.000Z",
          state: "CRITICAL",
          output: "HTTP CRITICAL: 503 Service Unavailable",
          short_output: "HTTP CRITICAL: 503",
          is_up: false,
        },
        global_alert_state: { id: 31, num_locations_down: 3, state_is_up: false },
        device: { id: 12, name: "", address: "shop.example.com", display_name: "shop.example.com" },
        locations: ["Stockholm", "US East", "Tokyo"],
        links: { alert_details: "https://uptime.com/alerting/alert-history/990012" },
      },
    },
  },
  body: "an Uptime.com alert",
  recognizedBy: ["data.service data.alert", "check_name check_uptime_api_url state"],
  kinds: [
    {
      // The legacy payload.
      when: { not: "data" },
      events: undefined,
      action: { at: "state" },
      alertKey: "check_id",
      title: ["check_name", "check_url"],
      description: "output",
      severity: "HIGH",
      source: "server_name",
      url: "check_url",
      occurredAt: undefined,
      metadata: "state checkType=check_type locations date",
    },
  ],
  events: "data",
  event: "the data of an alert",
  action: [
    { at: "$body.event", words: { trigger: "alert_raised", resolve: "alert_cleared" }, strict: true },
    // A cleared alert may still contain the state in which it was raised.
    { when: "alert.is_up=true", is: "resolve" },
  ],
  alertKey: "service.id",
  title: ["service.display_name", "service.name"],
  description: ["alert.output", "alert.short_output"],
  severity: [{ at: "alert.state" }, "HIGH"],
  source: ["device.address", "service.msp_address"],
  url: ["links.alert_details", "links.real_time_analysis"],
  occurredAt: [{ at: "date", on: "resolve" }, "alert.created_at", "date"],
  metadata: `$body.event alert.state alertId=alert.id checkType=service.monitoring_service_type
    address=service.msp_address service.tags locations locationsDown=global_alert_state.num_locations_down
    account=account.name`,
});
