import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, hasAny, keyOf, objectBody, pick } from "./fields.ts";
import { BodyError, newEvent, noEvents, singleEvent, type Provider, type Reading, UNPUBLISHED } from "./provider.ts";

/**
 * Netdata Cloud's webhook: one alert of a chart, or a node that became unreachable or reachable.
 * https://learn.netdata.cloud/docs/alerting/notifications/centralized-cloud-notifications/webhook
 */
export const netdata: Provider = {
  id: "netdata",
  name: "Netdata",
  docs: "https://learn.netdata.cloud/docs/alerting/notifications/centralized-cloud-notifications/webhook",
  verification: { scheme: "token" },
  setup: `1. In Netdata Cloud, open **Space settings → Alerts & Notifications → Add configuration → Webhook**.
2. Webhook URL: \`<INGEST_URL>\`. Authentication mechanism: **Bearer**, with the token \`<SECRET>\`.
3. Click **Test**. Copy the \`token\` from the body of the delivery that Tocsin received. Paste it under **Verification**, and save.`,
  sample: {
    body: {
      message: "10min_cpu_usage is critical on web-1",
      alert: "10min_cpu_usage",
      info: "average CPU utilization over the last 10 minutes",
      chart: "system.cpu",
      context: "system.cpu",
      space: "Shop",
      Rooms: { production: "https://app.netdata.cloud/spaces/shop/rooms/production" },
      family: "cpu",
      class: "Utilization",
      severity: "critical",
      date: "2026-09-21T14:13:20Z",
      duration: "2m",
      additional_active_critical_alerts: 0,
      additional_active_warning_alerts: 1,
      alert_url: "https://app.netdata.cloud/spaces/shop/alerts/5b8f2c",
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) =>
    (has(body, "chart") &&
      hasAny(body, "alert", "alarm") &&
      hasAny(body, "additional_active_critical_alerts", "space", "family")) ||
    (has(body, "host", "status") && has(pick(body, "status"), "reachable")) ||
    isTest(body),
  read({ body }) {
    const message = objectBody(body, "a Netdata webhook object");
    if (has(message.status, "reachable")) return readReachability(message);
    if (firstText(message.alert, message.alarm, message.name) !== null) return readAlert(message);
    if (isTest(message))
      return noEvents("Netdata's test; enter the token from its body in Netdata to confirm the webhook");
    throw new BodyError("expected an alert, or a status with reachable");
  },
};

const isTest = (body: unknown): boolean => has(body, "token", "message") && !hasAny(body, "alert", "alarm", "status");

function readAlert(message: JsonObject): Reading {
  const name = firstText(message.alert, message.alarm, message.name);
  const host = firstText(message.host, message.node, message.hostname);
  // Netdata Cloud sends `clear` as the severity, agents send it as the status.
  const level = firstText(message.severity, message.status) ?? "";
  return singleEvent(
    newEvent({
      action: readAction(firstText(message.status, level) ?? ""),
      // Netdata sends no id. The key is the alert, the chart and, if present, the node.
      alertKey: keyOf(name, message.chart, host, message.space),
      externalId: name,
      title: firstText(message.message, name) ?? "Netdata alert",
      description: asText(message.info),
      severity: asSeverity(level),
      source: firstText(host, message.chart),
      url: firstText(message.alert_url, message.alarm_url, message.goto_url),
      occurredAt: asInstant(firstText(message.date, message.when)),
      metadata: {
        alert: name,
        severity: level,
        chart: message.chart,
        context: message.context,
        family: message.family,
        class: message.class,
        space: message.space,
        rooms: Object.keys(asObject(message.Rooms ?? message.rooms)),
        duration: message.duration,
      },
    }),
  );
}

const readAction = (status: string): Action => (status === "REMOVED" ? "resolve" : (parseAction(status) ?? "trigger"));

function readReachability({ host, status, message, url, severity }: JsonObject): Reading {
  return singleEvent(
    newEvent({
      action: pick(status, "reachable") === true ? "resolve" : "trigger",
      alertKey: keyOf(host, "reachable"),
      externalId: asText(host),
      title: firstText(message, host) ?? "Netdata node",
      severity: asSeverity(severity, "HIGH"),
      source: asText(host),
      url: asText(url),
      metadata: { severity, status: pick(status, "text") },
    }),
  );
}
