import type { Action, Severity } from "../alerts/model.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asSeverity, asText, firstText, has, hasAny, keyOf, objectBody } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

const ACTIONS: ReadonlyMap<string, Action> = new Map(Object.entries<Action>({ "0": "trigger", "1": "resolve" }));
const SEVERITIES: ReadonlyMap<string, Severity> = new Map(
  Object.entries<Severity>({ "1": "CRITICAL", "2": "CRITICAL", "3": "MEDIUM", "4": "INFO" }),
);

/** Auvik's webhook: one triggered or cleared alert. https://support.auvik.com/hc/en-us/articles/360048647112 */
export const auvik: Provider = {
  id: "auvik",
  name: "Auvik",
  docs: "https://support.auvik.com/hc/en-us/articles/360048647112-How-do-I-interpret-webhook-notifications",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) =>
    has(body, "alertStatus", "alertId") && hasAny(body, "correlationId", "alertStatusString", "companyId"),
  read({ body }) {
    const alert = objectBody(body, "an Auvik alert");
    const severity = asText(alert.alertSeverity) ?? "";
    return singleEvent(
      newEvent({
        action:
          ACTIONS.get(asText(alert.alertStatus) ?? "") ??
          parseActionIn(asText(alert.alertStatusString) ?? "") ??
          "trigger",
        // `correlationId` identifies the trigger in both notifications.
        alertKey: keyOf(alert.correlationId) ?? keyOf(alert.alertId),
        externalId: firstText(alert.alertId, alert.correlationId),
        title: firstText(alert.alertName, alert.subject) ?? "Auvik alert",
        description: asText(alert.alertDescription),
        severity: asSeverity(alert.alertSeverityString, SEVERITIES.get(severity)),
        source: asText(alert.entityName),
        url: asText(alert.link),
        occurredAt: asInstant(alert.date),
        metadata: {
          severity: firstText(alert.alertSeverityString, alert.alertSeverity),
          status: firstText(alert.alertStatusString, alert.alertStatus),
          entityType: alert.entityType,
          entityId: alert.entityId,
          company: alert.companyName,
          companyId: alert.companyId,
        },
      }),
    );
  },
};
