import type { Action } from "../alerts/model.ts";
import { parseAction } from "./actions.ts";
import { MINUTE } from "../lib/time.ts";
import {
  asInstant,
  asObject,
  asSeverity,
  asText,
  asUtcInstant,
  firstText,
  has,
  hasAny,
  keyOf,
  objectBody,
  pick,
} from "./fields.ts";
import { newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** The last word of `eventType`, such as ALERT_NOTIFICATION_TRIGGER. */
const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ["TRIGGER", "trigger"],
  ["CLEAR", "resolve"],
]);

/** ThousandEyes' alert notification by webhook. https://docs.thousandeyes.com/product-documentation/alerts/integrations/webhooks */
export const thousandeyes: Provider = {
  id: "thousandeyes",
  name: "Cisco ThousandEyes",
  docs: "https://docs.thousandeyes.com/product-documentation/integration-guides/custom-webhook-integrations",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  volatile: [],
  maxLatenessMs: 2 * MINUTE,
  idempotencyKey: ({ body }) => {
    const [id, type] = [asText(pick(body, "eventId")), asText(pick(body, "eventType"))];
    return id === null || type === null ? null : `${id} ${type}`;
  },
  recognizes: ({ body }) =>
    (has(pick(body, "alert"), "alertId") &&
      (has(body, "eventType") || hasAny(pick(body, "alert"), "ruleName", "ruleId", "testName", "dateStart"))) ||
    has(body, "eventType", "agentAlert") ||
    pick(body, "eventType") === "WEBHOOK_TEST",
  read({ body }) {
    const message = objectBody(body, "a ThousandEyes webhook object");
    const type = asText(message.eventType) ?? "";
    if (/TEST/.test(type)) return noEvents("ThousandEyes' test");
    // Alerts of endpoint agents have a different format.
    const alert = asObject(message.alert ?? message.agentAlert);
    const action =
      ACTIONS.get(type.toUpperCase().split("_").at(-1) ?? "") ??
      parseAction(firstText(alert.state, alert.status) ?? "") ??
      (asText(alert.active) === "0" || alert.active === false ? "resolve" : "trigger");
    const target = firstText(pick(alert, "testTargetsDescription", 0));
    return singleEvent(
      newEvent({
        action,
        alertKey: keyOf(firstText(alert.alertId, alert.agentNotificationId)),
        title:
          firstText(alert.ruleName, alert.testName, alert.notificationRuleName, alert.agentName) ??
          "ThousandEyes alert",
        description: firstText(alert.ruleExpression),
        severity: asSeverity(alert.severity),
        source: firstText(alert.testName, alert.agentName, target),
        url: asText(alert.permalink),
        // Times without a zone are UTC.
        occurredAt: whenOf(action === "resolve" ? alert.dateEnd : alert.dateStart),
        startedAt: action === "resolve" ? whenOf(alert.dateStart) : null,
        metadata: {
          severity: alert.severity,
          type: alert.type,
          target,
          test: alert.testName,
          agents: alert.agents,
          violations: alert.violationCount,
        },
      }),
    );
  },
};

const whenOf = (value: unknown): number | null => asInstant(value) ?? asUtcInstant(value);
