import { defineProvider } from "./form/define.ts";
import type { JsonObject } from "../lib/json.ts";
import { firstText, hasAny } from "./fields.ts";

const TITLE = ["title", "event_title", "alert_title"];

/** `[P2] [Triggered on {host:db-1}] Disk almost full` */
function partsOf(title: string): { transition: string | null; scope: string | null; bare: string | null } {
  const [, transition = null, scope = null, bare = null] =
    /^\s*(?:\[P[1-5]\]\s*)?(?:\[((?:re-?)?(?:triggered|warn|no data|notify|recovered|warn recovered|alert|ok)[^\]{]*?)(?: on \{([^}]*)\})?\]\s*)?(.*)$/is.exec(
      title,
    ) ?? [];
  return { transition, scope, bare: transition === null ? null : bare };
}

/** A part of the title. */
const titlePart = (part: keyof ReturnType<typeof partsOf>) => (event: JsonObject) =>
  partsOf(firstText(...TITLE.map((name) => event[name])) ?? "")[part];

const KEYS = ["cycle_key", "alert_cycle_key", "aggregation_key", "aggregate_key", "aggregate", "aggreg_key"];
const MONITOR = { at: ["alert_id", "monitor_id"] };
const SCOPE = { at: ["scope", "alert_scope", titlePart("scope")] };

/**
 * Datadog's webhooks integration. The body is the operator's template. Reads the template of the setup steps, the default
 * payload, whose title alone has state and scope, and the names of the variables (`ALERT_TRANSITION`, `alert_title` …) that
 * other templates use.
 */
export const datadog = defineProvider({
  id: "datadog",
  name: "Datadog",
  docs: "https://docs.datadoghq.com/integrations/webhooks/",
  category: "observability",
  keywords: "apm metrics logs kubernetes k8s monitors",
  setup: `1. In Datadog, open **Integrations → Webhooks** and add a webhook named \`tocsin\`.
2. URL: \`<INGEST_URL>\`
3. Custom headers: \`{"X-Tocsin-Token": "<SECRET>"}\`
4. Payload:

   <TEMPLATE>

5. Leave **Encode as form** off, save, and mention \`@webhook-tocsin\` in the message of your monitors.`,
  sample: {
    body: {
      id: "7301943582",
      title: "[P2] [Triggered on {host:db-1}] Disk almost full",
      message: "Less than 5 % is free on /var.",
      transition: "Triggered",
      cycle_key: "4716923057791",
      aggregation_key: "9bd4ac313a4d1e8f",
      alert_id: "1830012",
      scope: "host:db-1",
      priority: "P2",
      type: "error",
      metric: "system.disk.in_use",
      host: "db-1",
      link: "https://app.datadoghq.com/monitors/1830012",
      snapshot: "https://p.datadoghq.com/snapshot/1.png",
      tags: "env:prod,team:data",
      date: "1790000000000",
    },
  },
  // https://docs.datadoghq.com/integrations/webhooks/: retries internal errors and 5XX; lost connections 5 times.
  sender: { timeoutSeconds: 15, retries: ["5xx"], note: "failed connections are tried five times" },
  formats: ["form"],
  body: "an object from the webhook's payload template",
  template: {
    // `$ALERT_ID` has no end mark, so a value consists of nothing else. https://docs.datadoghq.com/integrations/webhooks/#variables
    placeholder:
      /^\s*(?:\$(?:AGGREG_KEY|ALERT_[A-Z_]+|DATE(?:_POSIX)?|EMAIL|EVENT_[A-Z_]+|HOSTNAME|ID|INCIDENT_[A-Z_]+|LAST_UPDATED|LINK|LOGS_SAMPLE|METRIC_NAMESPACE|ORG_(?:ID|NAME)|PRIORITY|SECURITY_[A-Z_]+|SNAPSHOT|SYNTHETICS_[A-Z_]+|TAGS(?:\[[^\]]*\])?|TEXT_ONLY_MSG|USER(?:NAME)?)[\s:/|,;-]*)+$/,
    variable: "$<NAME>",
    variables: {
      title: "$EVENT_TITLE",
      message: "$TEXT_ONLY_MSG",
      transition: "$ALERT_TRANSITION",
      cycle_key: "$ALERT_CYCLE_KEY",
      aggregation_key: "$AGGREG_KEY",
      scope: "$ALERT_SCOPE",
      priority: "$ALERT_PRIORITY",
      type: "$ALERT_TYPE",
      metric: "$ALERT_METRIC",
      host: "$HOSTNAME",
    },
  },
  names: "ignoring case",
  recognizedBy: [
    // In these cases only: others are names of other sources.
    (_, { input: { body } }) =>
      hasAny(body, "cycle_key", "transition", "alert_transition", "alert_title", "event_msg", "aggreg_key") ||
      hasAny(body, "ALERT_TRANSITION", "AGGREG_KEY", "ALERT_CYCLE_KEY"),
  ],
  noAlert: [{ when: { at: TITLE, startsWith: "[TEST]" }, why: "Datadog's test of a monitor" }],
  // "Warn Recovered" occurs too. Without a transition, the title contains the state, else the type.
  action: { at: ["transition", "alert_transition", "alert_status", titlePart("transition"), "type", "alert_type"] },
  // A multi-alert monitor has one id for all its groups. The scope keeps the groups apart.
  alertKey: [...KEYS, { parts: [MONITOR, SCOPE] }, MONITOR, { parts: [titlePart("bare"), SCOPE] }, titlePart("bare")],
  externalId: [...KEYS, MONITOR, "id"],
  title: TITLE,
  description: ["message", "text_only_msg", "event_msg", "body", "description"],
  // $ALERT_PRIORITY is P1 … P5; templates also send only the number. Monitors without a priority have a type.
  severity: [
    {
      at: ["priority", "alert_priority"],
      words: { CRITICAL: "1", HIGH: "2", MEDIUM: "3", LOW: "4", INFO: "5" },
    },
    { at: ["type", "alert_type"] },
    "MEDIUM",
  ],
  source: ["host", "hostname", SCOPE],
  url: "link",
  occurredAt: ["date", "last_updated", "timestamp"],
});
