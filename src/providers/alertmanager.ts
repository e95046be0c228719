import type { AlertEvent, UnreadableEvent } from "../alerts/event.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { MINUTE } from "../lib/time.ts";
import { readAlert } from "./alertmanager-alert.ts";
import type { CompatibilityApi } from "./compatibility-api.ts";
import { asInstant, asNumber, has, hasAny, pick } from "./fields.ts";
import { BodyError, type Provider, readBatch, type Reading } from "./provider.ts";

const API_PATH = /^\/api\/v2\/alerts\/?$/;

/**
 * 200, and clients ignore the body. An error is a JSON string.
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
const compatibilityApi: CompatibilityApi = {
  matchesPath: (path) => API_PATH.test(path),
  success: () => ({ status: 200, body: {} }),
  rejection: ({ status, detail, errors }) => ({
    status,
    body: [detail, ...errors.filter((error) => error !== detail)].join(" "),
  }),
};

/**
 * Prometheus Alertmanager's webhook (one delivery is a group of alerts, each alert is an event), and its API v2: Prometheus, vmalert,
 * Loki and Mimir post their alerts there, and again until they end.
 */
export const alertmanager: Provider = {
  id: "alertmanager",
  name: "Prometheus Alertmanager",
  docs: "https://prometheus.io/docs/alerting/latest/configuration/#webhook_config",
  category: "metrics",
  keywords:
    "kubernetes k8s prometheus victoriametrics vmalert loki mimir thanos cortex promql metrics openshift rancher",
  verification: { scheme: "token" },
  setup: `From an **Alertmanager**, in \`alertmanager.yml\`:

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

Name the receiver in a route. Leave \`max_alerts\` at 0: Alertmanager drops the alerts above that limit.

From **Prometheus directly**, without an Alertmanager, in \`prometheus.yml\`:

\`\`\`yaml
alerting:
  alertmanagers:
    - scheme: <INGEST_SCHEME>
      path_prefix: <INGEST_PATH>
      authorization:
        credentials: <SECRET>
      static_configs:
        - targets: ["<INGEST_HOST>"]
\`\`\`

From **vmalert directly**, with the token in a file that only vmalert may read (\`chmod 600\`):

\`\`\`sh
vmalert -notifier.url=<INGEST_URL> -notifier.bearerTokenFile=/etc/vmalert/tocsin.token …
\`\`\`

The content of that file: \`<SECRET>\`

**Loki**, **Mimir** and other programs that send to an Alertmanager: \`<INGEST_URL>\` is the URL of the Alertmanager, the token is a bearer
token. Programs that send directly repeat each firing alert. If they stop, the alert is resolved at its \`endsAt\`.

Only the user that runs the program may read a configuration with the token (\`chmod 600\`).`,
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
  // `startsAt` identifies the episode: the same labels with another start are a new event. Each repeat has a later end.
  volatile: ["expiresAt"],
  // One member of a highly available pair may send "firing" seconds after the other sent "resolved". But a target that
  // Alertmanager resolved because it was gone returns with its old `startsAt`, and that alert must not be lost.
  maxLatenessMs: 2 * MINUTE,
  compatibilityApi,
  relatedSources: ["grafana"],
  hasUniqueBody: true,
  recognizes: ({ body }) =>
    (has(pick(body, "alerts", 0), "labels") && !hasAny(body, "orgId", "appVersion")) ||
    has(Array.isArray(body) ? body[0] : null, "labels", "startsAt") ||
    (isBareAlert(body) && has(body, "startsAt")),
  read({ body, path, receivedAt }) {
    const isApiCall = API_PATH.test(path);
    if (Array.isArray(body) && (isApiCall || body.length > 0)) return readAlerts(body, isApiCall, receivedAt);
    if (isBareAlert(body)) return readAlerts([body], isApiCall, receivedAt);
    if (!isObject(body)) throw new BodyError("expected an Alertmanager webhook object or an array of alerts");
    if (!Array.isArray(body.alerts)) throw new BodyError("expected an array of alerts", "/alerts");
    const left = asNumber(body.truncatedAlerts) ?? 0;
    return {
      events: readBatch(body.alerts, "/alerts", (alert, pointer) => readAlert(alert, body, pointer)),
      isRecognized: true,
      ...(left > 0 && { note: `Alertmanager left out ${left} alerts of this group (max_alerts)` }),
    };
  },
};

/** One alert without its group, as scripts and queues forward it. */
const isBareAlert = (body: unknown): body is JsonObject =>
  has(body, "labels") && hasAny(body, "startsAt", "annotations", "generatorURL") && !has(body, "alerts");

/** Reads alerts without a group: the body of Alertmanager's API v2. */
function readAlerts(alerts: readonly unknown[], isApiCall: boolean, now: number): Reading {
  const events = readBatch(alerts, "", (alert, pointer) => {
    const event = readAlert(alert, { status: statusOf(alert, now) }, pointer);
    const endsAt = asInstant(pick(alert, "endsAt"));
    // Only this API promises to renew an alert until it ends.
    const isRenewed = isApiCall && event.action === "trigger" && endsAt !== null && endsAt > now;
    return isRenewed ? { ...event, expiresAt: endsAt } : event;
  });
  return {
    events,
    isRecognized: true,
    ...(isApiCall && events.length > 0 && events.every(isResolve) && { note: ALL_ENDED }),
  };
}

const ALL_ENDED =
  "all alerts of it had ended before it arrived; if they still fire at the source, the source's clock is behind";

const isResolve = (event: AlertEvent | UnreadableEvent): boolean => "action" in event && event.action === "resolve";

/** The API has no status. `endsAt` of a firing alert is in the future, and each repeat extends it. */
function statusOf(alert: unknown, now: number): string {
  const endsAt = asInstant(pick(alert, "endsAt"));
  return endsAt !== null && endsAt <= now ? "resolved" : "firing";
}
