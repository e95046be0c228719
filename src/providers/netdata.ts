import { defineProvider } from "./form/define.ts";
import type { CompatibilityApi } from "./compatibility-api.ts";
import { asObject } from "./fields.ts";

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

const NAME = { at: ["alert", "alarm", "name"] };
const HOST = { at: ["host", "node", "hostname"] };
// Netdata Cloud sends `clear` as the severity, agents send it as the status.
const LEVEL = { at: ["severity", "status"] };
const REACHABILITY = "status.reachable";
const IS_TEST = { all: ["token message", { not: { any: ["alert", "alarm", "status"] } }] };

/**
 * Netdata: the webhook of Netdata Cloud (one alert of a chart, or a node that became unreachable or reachable), and an Agent
 * without Cloud (`alarm-notify.sh`). https://learn.netdata.cloud/docs/alerting/notifications/
 */
export const netdata = defineProvider({
  id: "netdata",
  name: "Netdata",
  docs: "https://learn.netdata.cloud/docs/alerting/notifications/centralized-cloud-notifications/webhook",
  category: "metrics",
  keywords: "linux servers agent metrics",
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
  formats: ["form"],
  compatibilityApi: agentApi,
  body: "a Netdata webhook object",
  recognizedBy: [
    "chart name status old_status",
    {
      all: ["chart", { any: ["alert", "alarm"] }, { any: ["additional_active_critical_alerts", "space", "family"] }],
    },
    { all: ["host", REACHABILITY] },
    IS_TEST,
  ],
  kinds: [
    {
      when: REACHABILITY,
      requires: [],
      action: [{ when: "status.reachable=true", is: "resolve" }, "trigger"],
      alertKey: { parts: ["host", { text: "reachable" }] },
      title: ["message", "host"],
      description: undefined,
      severity: [{ at: "severity" }, "HIGH"],
      source: "host",
      url: "url",
      occurredAt: undefined,
      metadata: "severity status=status.text",
    },
    {
      when: { all: [IS_TEST, { not: NAME }] },
      requires: [],
      action: { noAlert: "Netdata's test; enter the token from its body in Netdata to confirm the webhook" },
    },
  ],
  requires: [{ when: NAME, what: "an alert, or a status with reachable" }],
  action: { at: ["status", "severity"], words: { resolve: "REMOVED" } },
  // Netdata sends no id. The key is the alert, the chart and, if present, the node.
  alertKey: [{ parts: [NAME, "chart?", HOST, "space?"] }, { parts: [NAME, "chart?", "host?", "space?"] }],
  title: [
    "message",
    // The Opsgenie sender of an Agent sends no sentence.
    { at: { join: [NAME, { text: "on" }, HOST, { text: "is" }, LEVEL], with: " " }, when: HOST },
    NAME,
  ],
  description: "info",
  severity: { at: LEVEL },
  source: [HOST, "chart"],
  url: ["alert_url", "alarm_url", "goto_url"],
  occurredAt: ["date", "when"],
  metadata: {
    alert: NAME,
    severity: LEVEL,
    chart: "chart",
    context: "context",
    family: "family",
    class: "class",
    space: "space",
    rooms: ({ Rooms, rooms }) => Object.keys(asObject(Rooms ?? rooms)),
    duration: "duration",
    value: "value",
    oldStatus: "old_status",
  },
});
