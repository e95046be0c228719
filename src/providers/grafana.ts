import { defineProvider } from "./form/define.ts";
import type { AlertEvent } from "../alerts/event.ts";
import type { JsonObject } from "../lib/json.ts";
import { MINUTE } from "../lib/time.ts";
import { readAlert } from "./alertmanager-alert.ts";
import { asNumber, asObject, firstText, objectBody } from "./fields.ts";
import { BodyError, type ProviderInput, readBatch, type Reading } from "./provider.ts";

const DASHBOARD_ALERT = { any: ["ruleId", "ruleName", "evalMatches"] };

/**
 * Grafana Alerting's webhook contact point, a group of alerts in Alertmanager's format with additional links; and the
 * dashboard alerts of Grafana up to version 7.
 */
export const grafana = defineProvider({
  id: "grafana",
  name: "Grafana",
  docs: "https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/",
  category: "metrics",
  keywords: "dashboards alerting kubernetes k8s loki mimir influxdb prometheus metrics",
  setup: `1. In Grafana, open **Alerting → Contact points → Add contact point** and choose **Webhook**.
2. URL: \`<INGEST_URL>\`, method POST.
3. Under **Optional webhook settings**, set **Authorization header scheme** to \`Bearer\` and **credentials** to \`<SECRET>\`.
4. Save, and route alerts to it under **Notification policies**.

Grafana 11.6 and later can sign instead: set **HMAC signature → Secret** to \`<SECRET>\`, its timestamp header to
\`X-Grafana-Alerting-Timestamp\`, and create the integration with

\`\`\`json
{"scheme": "hmac", "header": "X-Grafana-Alerting-Signature", "prefix": "",
 "timestampHeader": "X-Grafana-Alerting-Timestamp", "content": "{timestamp}:{body}"}
\`\`\``,
  sample: {
    body: {
      receiver: "tocsin",
      status: "firing",
      orgId: 1,
      alerts: [
        {
          status: "firing",
          labels: { alertname: "DiskFull", grafana_folder: "infra", instance: "db-1", severity: "critical" },
          annotations: { summary: "Disk almost full on db-1", description: "Less than 5 % is free on /var." },
          startsAt: "2026-09-21T14:13:20Z",
          endsAt: "0001-01-01T00:00:00Z",
          generatorURL: "https://grafana.example.com/alerting/grafana/dd2f02/view?orgId=1",
          fingerprint: "e6349a25f5ef0e9e",
          silenceURL: "https://grafana.example.com/alerting/silence/new",
          dashboardURL: "https://grafana.example.com/d/ece9fb32",
          panelURL: "https://grafana.example.com/d/ece9fb32?viewPanel=2",
          values: { B: 4.2, C: 1 },
          valueString: "[ var='B' labels={} value=4.2 ]",
        },
      ],
      groupLabels: { alertname: "DiskFull" },
      commonLabels: { alertname: "DiskFull" },
      commonAnnotations: {},
      externalURL: "https://grafana.example.com/",
      version: "1",
      groupKey: '{}:{alertname="DiskFull"}',
      truncatedAlerts: 0,
      title: "[FIRING:1] DiskFull",
      state: "alerting",
      message: "**Firing**",
    },
  },
  // grafana/alerting receivers/webhook: no retry within a flush; the next flush of the group sends the alerts again.
  sender: {
    timeoutSeconds: 30,
    retries: [],
    note: "firing alerts are sent again with the next notification of their group",
  },
  maxLatenessMs: 2 * MINUTE,
  relatedSources: ["alertmanager"],
  hasUniqueBody: true,
  body: "a Grafana webhook object",
  recognizedBy: [{ all: ["alerts status", { any: ["orgId", "state", "appVersion"] }] }, "ruleId evalMatches"],
  kinds: [{ when: { not: DASHBOARD_ALERT }, read: readGroup }],
  // Dashboard alerts: https://grafana.com/docs/grafana/v7.5/alerting/notifications/#webhook
  noAlert: [
    { when: "state=paused", why: "the rule is paused" },
    { when: "state=pending", why: "the rule is pending" },
  ],
  action: { at: "state" },
  alertKey: "ruleId",
  title: ["title", "ruleName"],
  description: "message",
  severity: { at: "tags.severity" },
  source: "ruleName",
  url: "ruleUrl",
  metadata: "state tags matches=evalMatches imageUrl dashboardId panelId",
});

function readGroup({ body }: ProviderInput): Reading {
  const group = objectBody(body, "a Grafana webhook object");
  if (!Array.isArray(group.alerts)) throw new BodyError("expected an array of alerts", "/alerts");
  const left = asNumber(group.truncatedAlerts) ?? 0;
  return {
    events: readBatch(group.alerts, "/alerts", (alert, pointer) => readUnified(alert, group, pointer)),
    isRecognized: true,
    ...(left > 0 && { note: `Grafana left out ${left} alerts of this group (max alerts)` }),
  };
}

function readUnified(value: unknown, group: JsonObject, pointer: string): AlertEvent {
  const event = readAlert(value, group, pointer);
  const alert = asObject(value);
  return {
    ...event,
    // The panel shows more than the rule. A test has no panel, and its rule link is only "?orgId=1".
    url: firstText(alert.panelURL, alert.dashboardURL, alert.generatorURL),
    metadata: {
      ...event.metadata,
      values: alert.values,
      valueString: alert.valueString,
      silenceUrl: alert.silenceURL,
      imageUrl: alert.imageURL,
      orgId: alert.orgId ?? group.orgId,
    },
  };
}
