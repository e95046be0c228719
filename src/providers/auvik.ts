import { defineProvider } from "./form/define.ts";

/** Auvik's webhook: one triggered or cleared alert. https://support.auvik.com/hc/en-us/articles/360048647112 */
export const auvik = defineProvider({
  id: "auvik",
  name: "Auvik",
  docs: "https://support.auvik.com/hc/en-us/articles/360048647112-How-do-I-interpret-webhook-notifications",
  category: "infrastructure",
  keywords: "network switches routers devices",
  setup: `1. In Auvik, open **Manage Notifications → Notification Channels → Add Notification Channel**, type **Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Choose the channel in your alerts, and enable notifications for cleared alerts.`,
  sample: {
    body: {
      entityId: "MTIzNDU2Nzg5MCw5ODc2NTQzMjEw",
      subject: "You have a new alert!",
      alertStatusString: "Triggered",
      alertId: "MTIzNDU2Nzg5MCwxMTExMTExMTEx",
      alertName: "Firewall is offline",
      entityName: "fw-1",
      companyName: "Acme",
      entityType: "device",
      date: "2026-09-21T14:13:20.000Z",
      link: "https://acme.my.auvik.com/alert/1111111111/summary",
      alertStatus: 0,
      correlationId: "MTIzNDU2Nzg5MCwyMjIyMjIyMjIy",
      alertDescription: "The firewall fw-1 has not answered for five minutes.",
      alertSeverityString: "Emergency",
      alertSeverity: 1,
      companyId: "1234567890",
    },
  },
  body: "an Auvik alert",
  recognizedBy: [{ all: ["alertStatus alertId", { any: ["correlationId", "alertStatusString", "companyId"] }] }],
  action: { at: ["alertStatus", "alertStatusString"], words: { trigger: "0", resolve: "1" } },
  // `correlationId` identifies the trigger in both notifications.
  alertKey: ["correlationId", "alertId"],
  externalId: ["alertId", "correlationId"],
  title: ["alertName", "subject"],
  description: "alertDescription",
  severity: {
    at: ["alertSeverityString", "alertSeverity"],
    words: { CRITICAL: "1 2", MEDIUM: "3", INFO: "4" },
  },
  source: "entityName",
  url: "link",
  occurredAt: "date",
  metadata: "severity=alertSeverityString status=alertStatusString entityType entityId company=companyName companyId",
});
