import type { CompatibilityApi } from "./compatibility-api.ts";
import { asText } from "./fields.ts";
import { defineProvider } from "./form/define.ts";
import type { JsonObject } from "../lib/json.ts";

/** The path of the REST endpoint, to which clients append `<API key>/<routing key>`. */
const ENDPOINT = "/integrations/generic/20131114/alert";

const REST_PATH = new RegExp(`^${ENDPOINT}/[^/]+(?:/[^/]+)?/?$`);

const compatibilityApi: CompatibilityApi = {
  matchesPath: (path) => REST_PATH.test(path),
  success: ({ alertKeys, deliveryId }) => ({
    status: 200,
    body: { result: "success", entity_id: alertKeys[0] ?? deliveryId },
  }),
  rejection: ({ status, detail }) => ({ status, body: { result: "failure", message: detail } }),
};

/** An annotation that is a link: `vo_annotate.u.Runbook`. */
const annotatedLink = (event: JsonObject): string | null =>
  asText(Object.entries(event).find(([name]) => name.startsWith("vo_annotate.u."))?.[1]);

/** The REST endpoint of Splunk On-Call (VictorOps), which Alertmanager, Grafana, Riemann and many others call. */
export const victoropsRest = defineProvider({
  id: "victorops-rest",
  name: "Splunk On-Call REST",
  docs: "https://help.splunk.com/splunk-observability-cloud/splunk-on-call/integrations-with-splunk-on-call/rest-endpoint-integration-for-splunk-on-call",
  category: "incidents",
  keywords: "splunk on-call victorops on call paging rest",
  setup: `For programs that send to the REST endpoint of Splunk On-Call (VictorOps).

**A program with one URL** (Grafana's contact point **VictorOps**, scripts): \`<INGEST_URL>?token=<SECRET>\`

**Prometheus Alertmanager**, in \`alertmanager.yml\`. The API key becomes a part of the URL, so it is not the secret:

\`\`\`yaml
receivers:
  - name: tocsin
    victorops_configs:
      - api_url: <INGEST_URL>${ENDPOINT}/
        api_key: tocsin
        routing_key: tocsin
        http_config:
          authorization:
            credentials: <SECRET>
\`\`\`

Only the user that runs Alertmanager may read the file (\`chmod 600\`).

**A program with a base URL**: \`<INGEST_URL>${ENDPOINT}\`, and a header \`X-Tocsin-Token: <SECRET>\`.

CRITICAL, WARNING and INFO open an alert, ACKNOWLEDGEMENT acknowledges it, RECOVERY resolves it.`,
  sample: {
    body: {
      message_type: "CRITICAL",
      entity_id: "db-1/disk",
      entity_display_name: "Disk almost full on db-1",
      state_message: "Less than 5 % is free on /var.",
      state_start_time: 1790000000,
      monitoring_tool: "Example Monitoring",
      host_name: "db-1",
      alert_url: "https://monitoring.example.com/alerts/1",
    },
  },
  // Clients differ. prometheus/alertmanager notify/victorops, riemann.victorops
  sender: { note: "clients differ; Alertmanager retries only 5xx" },
  successStatus: 200,
  compatibilityApi,
  // Without an entity_id, the service assigns one.
  usesDeliveryIdAsKey: true,
  body: "an object for the REST endpoint of Splunk On-Call",
  recognizedBy: ["message_type entity_id", "message_type state_message"],
  action: {
    at: "message_type",
    words: { trigger: "CRITICAL WARNING INFO", acknowledge: "ACKNOWLEDGEMENT", resolve: "RECOVERY" },
  },
  alertKey: "entity_id",
  title: ["entity_display_name", "entity_id", "state_message"],
  description: "state_message",
  severity: { at: "message_type" },
  source: ["host_name", "hostname", "host", "monitoring_tool"],
  url: ["alert_url", annotatedLink],
  occurredAt: ["timestamp", "state_start_time"],
  note: { at: ["ack_message", "ack_msg"], on: "acknowledge" },
  author: { at: "ack_author", on: "acknowledge" },
  leftOut: ["message_type", "entity_id", "entity_display_name", "state_message"],
});
