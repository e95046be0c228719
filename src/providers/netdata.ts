import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import type { CompatibilityApi } from "./compatibility-api.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, hasAny, keyOf, objectBody, pick } from "./fields.ts";
import { BodyError, newEvent, noEvents, singleEvent, type Provider, type Reading, UNPUBLISHED } from "./provider.ts";

/** The path that the Opsgenie sender of an Agent appends to `OPSGENIE_API_URL`. */
const AGENT_PATH = "/v1/json/integrations/webhooks/netdata";

/** Variables that the Agent sets for `custom_sender()`, under the names that it sends to others. */
const AGENT_FIELDS = {
  host: "host",
  name: "name",
  chart: "chart",
  family: "family",
  status: "status",
  old_status: "old_status",
  value: "value_string",
  info: "info",
  when: "when",
  goto_url: "goto_url",
};

const SENDER = `SEND_CUSTOM="YES"
DEFAULT_RECIPIENT_CUSTOM="tocsin"

custom_sender() {
  if curl -sS --fail-with-body --retry 5 --retry-all-errors --retry-max-time 60 -m 10 -H @/etc/netdata/tocsin.header \\
${Object.entries(AGENT_FIELDS)
  .map(([name, variable]) => `    --data-urlencode "${name}=\${${variable}}" \\`)
  .join("\n")}
    --data-urlencode "message=\${host} \${status_message}: \${name//_/ } = \${value_string}" \\
    "<INGEST_URL>"; then
    info "sent alert \${name} of \${host} to Tocsin"
    return 0
  fi
  error "failed to send alert \${name} of \${host} to Tocsin"
  return 1
}`;

/** For the Agent's Opsgenie sender, every status but 200 is an error. */
export const agentApi: CompatibilityApi = {
  matchesPath: (path) => path === AGENT_PATH,
  success: ({ deliveryId }) => ({ status: 200, body: { result: "Request will be processed", requestId: deliveryId } }),
  rejection: ({ status, detail }) => ({ status, body: { message: detail } }),
};

/**
 * Netdata: the webhook of Netdata Cloud (one alert of a chart, or a node that became unreachable or reachable), and an Agent
 * without Cloud (`alarm-notify.sh`). https://learn.netdata.cloud/docs/alerting/notifications/
 */
export const netdata: Provider = {
  id: "netdata",
  name: "Netdata",
  docs: "https://learn.netdata.cloud/docs/alerting/notifications/centralized-cloud-notifications/webhook",
  verification: { scheme: "token" },
  setup: `With **Netdata Cloud**:

1. Open **Space settings → Alerts & Notifications → Add configuration → Webhook**.
2. Webhook URL: \`<INGEST_URL>\`. Authentication mechanism: **Bearer**, with the token \`<SECRET>\`.
3. Click **Test**. Copy the \`token\` from the body of the delivery that Tocsin received. Paste it under **Verification**, and save.

With a **Netdata Agent** alone:

1. On the machine of the Agent, write this line to \`/etc/netdata/tocsin.header\`:

   \`\`\`
   X-Tocsin-Token: <SECRET>
   \`\`\`

   Only the user that runs Netdata may read the file: \`chown netdata: /etc/netdata/tocsin.header\` and
   \`chmod 600 /etc/netdata/tocsin.header\`. The token then does not appear in the process list.
2. Run \`/etc/netdata/edit-config health_alarm_notify.conf\`, and replace the settings and the function of the custom sender by
   this (curl 7.76 or newer):

   \`\`\`bash
${SENDER.replaceAll(/^(?=.)/gm, "   ")}
   \`\`\`

3. As the user netdata, run \`alarm-notify.sh test\` (in \`/usr/libexec/netdata/plugins.d\` or \`/usr/lib/netdata/plugins.d\`): an alert opens and is
   resolved.`,
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
  formats: ["form"],
  volatile: [],
  compatibilityApi: agentApi,
  recognizes: ({ body }) =>
    has(body, "chart", "name", "status", "old_status") ||
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
      title: firstText(message.message, agentTitle(name, host, level)) ?? "Netdata alert",
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
        value: message.value,
        oldStatus: message.old_status,
      },
    }),
  );
}

/** The Opsgenie sender of an Agent sends no sentence. */
const agentTitle = (name: string | null, host: string | null, status: string): string | null =>
  name === null || host === null ? name : `${name} on ${host} is ${status}`;

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
