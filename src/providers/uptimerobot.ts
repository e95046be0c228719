import { defineProvider } from "./form/define.ts";

/** `alertType`: 1 is down, 2 is up. The others report an expiring certificate or domain. */
const EXPIRY = { all: [{ at: "alertType" }, { not: { at: "alertType", is: "1 2" } }] };
const EXPIRING = { at: "alertType", when: EXPIRY };

/** UptimeRobot's webhook: one change of a monitor. The body holds the default variables or the operator's template, as JSON or as a form. */
export const uptimerobot = defineProvider({
  id: "uptimerobot",
  name: "UptimeRobot",
  docs: "https://help.uptimerobot.com/en/articles/14498593-webhook-integration",
  category: "uptime",
  keywords: "uptime website ping",
  setup: `1. In UptimeRobot, open **Integrations & API → Integrations** and add a **Webhook**.
2. URL to notify: \`<INGEST_URL>?token=<SECRET>&\`. If your plan offers custom headers, send \`X-Tocsin-Token: <SECRET>\`
   instead of the secret in the URL.
3. POST value, sent **as JSON**:

   <TEMPLATE>

4. Choose up and down events (and SSL reminders), and tick the integration in your monitors.`,
  sample: {
    body: {
      monitorID: "779415582",
      monitorURL: "https://shop.example.com/checkout",
      monitorFriendlyName: "Checkout",
      alertType: "1",
      alertTypeFriendlyName: "Down",
      alertDetails: "HTTP 503 - Service Unavailable",
      alertFriendlyDuration: "2 minutes and 4 seconds",
      alertDateTime: "1790000000",
      sslExpiryDate: "",
      sslExpiryDaysLeft: "",
    },
  },
  formats: ["form"],
  body: "an object with UptimeRobot's variables",
  template: { placeholder: /\*(?:alert|monitor|ssl)[A-Z][A-Za-z]*\*/, variable: "*<name>*" },
  // Templates also spell it `monitor_friendly_name`.
  names: "ignoring case and underscores",
  recognizedBy: [
    "monitorFriendlyName alertType",
    "monitorFriendlyName alertTypeFriendlyName",
    "monitorFriendlyName alertDetails",
  ],
  noAlert: [{ when: { at: "alertType", is: "98 99" }, why: "the monitor was started or paused" }],
  action: { at: ["alertType", "alertTypeFriendlyName"], words: { trigger: "1", resolve: "2" } },
  // Certificate, domain and availability of a monitor have separate alerts.
  alertKey: [
    { parts: ["monitorID", EXPIRING] },
    { parts: ["monitorURL", EXPIRING] },
    { at: ["monitorID", "monitorURL"], when: { not: EXPIRY } },
  ],
  externalId: ["monitorID", "monitorURL"],
  title: ["monitorFriendlyName", "monitorURL"],
  description: ["alertDetails", "message", "alertTypeFriendlyName"],
  severity: [{ when: EXPIRY, is: "MEDIUM" }, "HIGH"],
  source: "monitorFriendlyName",
  url: ["monitorDashboardURL", "monitorURL"],
  occurredAt: "alertDateTime",
  leftOut: ["secret", "token", "monitorAlertContacts"],
});
