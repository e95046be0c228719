import { defineProvider } from "./form/define.ts";
import { asText } from "./fields.ts";

/** The recovery of a monitor does not affect its certificate alert. */
const IS_CERTIFICATE = { at: "alert_type", startsWith: "certificate" };

/** Pulsetic's webhook: one monitor that went offline or online, or a certificate that expires soon. */
export const pulsetic = defineProvider({
  id: "pulsetic",
  name: "Pulsetic",
  docs: "https://help.pulsetic.com/article/20-how-to-set-up-alert-notifications#webhook",
  category: "uptime",
  keywords: "uptime website status page",
  setup: `1. In Pulsetic, open **Monitors**, choose a monitor, and open **Alerts → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Save. The test buttons send alerts like real ones, so send the online request last.`,
  sample: {
    body: {
      alert_type: "monitor_offline",
      monitor: { id: 204117, url: "https://shop.example.com/checkout" },
    },
  },
  body: "a Pulsetic alert",
  recognizedBy: ["alert_type monitor.id monitor.url"],
  action: { at: "alert_type" },
  alertKey: [{ parts: ["monitor.id", { at: { text: "certificate" }, when: IS_CERTIFICATE }] }, "monitor.id"],
  title: ["monitor.name", "monitor.url"],
  description: ({ alert_type }) => asText(alert_type)?.replaceAll("_", " "),
  severity: [{ when: IS_CERTIFICATE, is: "MEDIUM" }, "HIGH"],
  source: ["monitor.name", "monitor.url"],
  url: "monitor.url",
  metadata: "alertType=alert_type",
});
