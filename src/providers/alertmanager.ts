import type { AlertEvent } from "../alerts/event.ts";
import { parseSeverity } from "../alerts/severity.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { MINUTE, parseRfc3339 } from "../lib/time.ts";
import { parseAction } from "./actions.ts";
import { asNumber, asObject, asText, firstText, has, hasAny, pick } from "./fields.ts";
import { BodyError, newEvent, type Provider, readBatch } from "./provider.ts";

/**
 * Prometheus Alertmanager's webhook: one delivery is a group of alerts, each alert is an event.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export const alertmanager: Provider = {
  id: "alertmanager",
  name: "Prometheus Alertmanager",
  docs: "https://prometheus.io/docs/alerting/latest/configuration/#webhook_config",
  verification: { scheme: "token" },
  setup: `In \`alertmanager.yml\`:

\`\`\`yaml
receivers:
  - name: tocsin
    webhook_configs:
      - url: <INGEST_URL>
        send_resolved: true
        http_config:
          authorization:
            credentials: <SECRET>
\`\`\`

Name the receiver in a route. Leave \`max_alerts\` at 0: Alertmanager drops the alerts above that limit.`,
  sample: {
    headers: { "user-agent": "Alertmanager/0.28.1" },
    body: {
      version: "4",
      groupKey: '{}:{alertname="DiskFull"}',
      truncatedAlerts: 0,
      status: "firing",
      receiver: "tocsin",
      groupLabels: { alertname: "DiskFull" },
      commonLabels: { alertname: "DiskFull", severity: "critical" },
      commonAnnotations: {},
      externalURL: "http://alertmanager.example.com:9093",
      alerts: [
        {
          status: "firing",
          labels: { alertname: "DiskFull", instance: "db-1:9100", severity: "critical" },
          annotations: { summary: "Disk almost full on db-1", description: "Less than 5 % is free on /var." },
          startsAt: "2026-09-21T14:13:20.123456789Z",
          endsAt: "0001-01-01T00:00:00Z",
          generatorURL: "http://prometheus.example.com:9090/graph?g0.expr=disk",
          fingerprint: "a1bc48475b20e73d",
        },
      ],
    },
  },
  // prometheus/alertmanager notify/webhook: retries 5xx and lost connections until the next group interval.
  senderProfile: {
    timeoutSeconds: null,
    clientErrors: "dropped",
    tooManyRequests: "dropped",
    serverErrors: "retried",
    note: "until the next group interval (5 minutes); firing alerts are sent again every repeat interval",
  },
  // `startsAt` identifies the episode: the same labels with another start are a new event.
  volatile: [],
  // One member of a highly available pair may send "firing" seconds after the other sent "resolved". But a target that
  // Alertmanager resolved because it was gone returns with its old `startsAt`, and that alert must not be lost.
  maxLatenessMs: 2 * MINUTE,
  relatedSources: ["grafana", "victoriametrics"],
  hasUniqueBody: true,
  recognizes: ({ body }) => has(pick(body, "alerts", 0), "labels") && !hasAny(body, "orgId", "appVersion"),
  read({ body }) {
    if (!isObject(body)) throw new BodyError("expected an Alertmanager webhook object");
    if (!Array.isArray(body.alerts)) throw new BodyError("expected an array of alerts", "/alerts");
    const left = asNumber(body.truncatedAlerts) ?? 0;
    return {
      events: readBatch(body.alerts, "/alerts", (alert, pointer) => readAlert(alert, body, pointer)),
      isRecognized: true,
      ...(left > 0 && { note: `Alertmanager left out ${left} alerts of this group (max_alerts)` }),
    };
  },
};

/**
 * Reads one alert of a group in Alertmanager's format.
 * @throws BodyError when the alert has neither labels nor a fingerprint
 */
export function readAlert(alert: unknown, group: JsonObject, pointer: string): AlertEvent {
  if (!isObject(alert)) throw new BodyError("expected an alert object", pointer);
  const labels = asObject(alert.labels);
  const annotations = asObject(alert.annotations);
  if (Object.keys(labels).length === 0 && asText(alert.fingerprint) === null) {
    throw new BodyError("the alert has neither labels nor a fingerprint", pointer);
  }
  // Custom scripts set the status on the group only.
  const status = firstText(alert.status, group.status) ?? "firing";
  const action = parseAction(status) ?? "trigger";
  const severityWord = asText(labels.severity);
  const [title, summary] = [asText(annotations.title), asText(annotations.summary)];
  return newEvent({
    action,
    // The fingerprint is a hash of the labels. Old versions do not send it.
    alertKey: asText(alert.fingerprint) ?? labelKey(labels),
    externalId: asText(alert.fingerprint),
    title: title ?? summary ?? asText(labels.alertname) ?? "Alertmanager alert",
    // If there is a title, the summary becomes the first line of the description.
    description:
      [title && summary, firstText(annotations.description, annotations.message)].filter(Boolean).join("\n\n") || null,
    severity: (severityWord && parseSeverity(severityWord)) || "MEDIUM",
    source: firstText(labels.instance, labels.service, labels.job),
    url: asText(alert.generatorURL),
    // An alert that has not ended has Go's zero time, which is read as null.
    occurredAt: parseRfc3339(asText(action === "resolve" ? alert.endsAt : alert.startsAt) ?? ""),
    metadata: {
      labels,
      annotations,
      receiver: group.receiver ?? null,
      groupKey: group.groupKey ?? null,
      externalUrl: group.externalURL ?? null,
    },
  });
}

/** The same labels in any order result in the same key. */
const labelKey = (labels: JsonObject): string =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
