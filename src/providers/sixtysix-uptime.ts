import { defineProvider } from "./form/define.ts";

const IDS = ["monitor_id", "heartbeat_id", "domain_name_id", "server_monitor_id", "dns_monitor_id"];

/**
 * 66uptime's webhook notification handler: a state change of one monitor or heartbeat, or a domain or certificate that
 * expires. 66uptime does not document the bodies; Hydrozen sends the same ones and documents them.
 */
export const sixtysixUptime = defineProvider({
  id: "sixtysix-uptime",
  name: "66uptime",
  docs: "https://docs.hydrozen.io/overview/integrations/webhooks",
  category: "uptime",
  keywords: "uptime website",
  setup: `1. In 66uptime, open **Notification handlers → Create notification handler**, type **Webhook**.
2. Webhook URL: \`<INGEST_URL>?token=<SECRET>\`
3. Edit your monitors, heartbeats and domains, and tick the handler.`,
  sample: {
    body: {
      monitor_id: "31",
      name: "Checkout",
      type: "website",
      target: "https://shop.example.com/checkout",
      port: null,
      is_ok: 0,
    },
  },
  formats: ["form"],
  body: "a 66uptime notification",
  recognizedBy: [{ all: ["name type", { any: IDS }, { any: ["is_ok", "whois_end_datetime", "ssl_end_datetime"] }] }],
  // Expiry reminders have no state.
  action: [
    { at: "is_ok", words: { resolve: "1 true" } },
    { when: { any: ["whois_end_datetime", "ssl_end_datetime"] }, is: "trigger" },
  ],
  // Ids of monitors, heartbeats and domains are separate sequences.
  alertKey: { parts: [{ at: IDS }, "type?"] },
  externalId: IDS,
  title: ["name", "target"],
  severity: { when: { at: "is_ok" }, is: "HIGH" },
  source: "name",
  url: "target",
  metadata: "type target port isOk=is_ok domainExpires=whois_end_datetime certificateExpires=ssl_end_datetime timezone",
});
