import type { Action, Severity } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseAction, parseActionIn } from "./actions.ts";
import { asInstant, asSeverity, asText, firstText, hasAny, objectBody } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, noEvents, singleEvent, type Provider } from "./provider.ts";
import { complete } from "./template.ts";

/** `$ALERT_ID`: has no end mark, so a value consists of nothing else. https://docs.datadoghq.com/integrations/webhooks/#variables */
const unfilled = placeholders(
  /^\s*(?:\$(?:AGGREG_KEY|ALERT_[A-Z_]+|DATE(?:_POSIX)?|EMAIL|EVENT_[A-Z_]+|HOSTNAME|ID|INCIDENT_[A-Z_]+|LAST_UPDATED|LINK|LOGS_SAMPLE|METRIC_NAMESPACE|ORG_(?:ID|NAME)|PRIORITY|SECURITY_[A-Z_]+|SNAPSHOT|SYNTHETICS_[A-Z_]+|TAGS(?:\[[^\]]*\])?|TEXT_ONLY_MSG|USER(?:NAME)?)[\s:/|,;-]*)+$/,
);
const { filledKey, filledText, placeholderNote } = unfilled;

/** $ALERT_TYPE, for monitors without a priority. */
const TYPES: ReadonlyMap<string, Severity> = new Map([
  ["error", "HIGH"],
  ["warning", "MEDIUM"],
  ["success", "INFO"],
  ["info", "INFO"],
]);

const TEMPLATE = {
  id: "$ID",
  title: "$EVENT_TITLE",
  message: "$TEXT_ONLY_MSG",
  transition: "$ALERT_TRANSITION",
  cycle_key: "$ALERT_CYCLE_KEY",
  aggregation_key: "$AGGREG_KEY",
  alert_id: "$ALERT_ID",
  scope: "$ALERT_SCOPE",
  priority: "$ALERT_PRIORITY",
  type: "$ALERT_TYPE",
  metric: "$ALERT_METRIC",
  host: "$HOSTNAME",
  link: "$LINK",
  snapshot: "$SNAPSHOT",
  tags: "$TAGS",
  date: "$DATE",
};

/**
 * Datadog's webhooks integration. The body is the operator's template. Reads the template of the setup steps, the default
 * payload, whose title alone has state and scope, and the names of the variables (`ALERT_TRANSITION`, `alert_title` …) that
 * other templates use. https://docs.datadoghq.com/integrations/webhooks/
 */
export const datadog: Provider = {
  id: "datadog",
  name: "Datadog",
  docs: "https://docs.datadoghq.com/integrations/webhooks/",
  verification: { scheme: "token" },
  setup: `1. In Datadog, open **Integrations → Webhooks** and add a webhook named \`tocsin\`.
2. URL: \`<INGEST_URL>\`
3. Custom headers: \`{"X-Tocsin-Token": "<SECRET>"}\`
4. Payload:

   \`\`\`json
${JSON.stringify(TEMPLATE, null, 2).replaceAll(/^/gm, "   ")}
   \`\`\`

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
  senderProfile: {
    timeoutSeconds: 15,
    clientErrors: "dropped",
    tooManyRequests: "dropped",
    serverErrors: "retried",
    note: "failed connections are tried five times",
  },
  formats: ["form"],
  isTemplated: true,
  volatile: [],
  recognizes: ({ body }) =>
    hasAny(
      body,
      "cycle_key",
      "transition",
      "alert_transition",
      "alert_title",
      "monitor_id",
      "event_msg",
      "aggreg_key",
    ) || hasAny(body, "ALERT_TRANSITION", "AGGREG_KEY", "ALERT_CYCLE_KEY"),
  read({ body }) {
    const message = objectBody(body, "an object from the webhook's payload template");
    const field = reader(message);
    const title = field("title", "event_title", "alert_title");
    if (/^\s*\[TEST\]/.test(asText(title) ?? "")) return noEvents("Datadog's test of a monitor");
    const titled = partsOf(filledText(title, field("alert_title")) ?? "");
    const transition =
      firstText(field("transition", "alert_transition"), field("alert_status"), titled.transition) ?? "";
    const type = asText(field("type", "alert_type")) ?? "";
    const monitor = field("alert_id", "monitor_id");
    const scope = firstText(field("scope", "alert_scope"), titled.scope);
    // A multi-alert monitor has one id for all its groups. The scope keeps the groups apart.
    const keys = [
      field("cycle_key", "alert_cycle_key"),
      field("aggregation_key", "aggregate_key", "aggregate", "aggreg_key"),
    ];
    const alertKey =
      filledKey(keys[0]) ??
      filledKey(keys[1]) ??
      (scope === null ? filledKey(monitor) : filledKey(monitor, scope)) ??
      (scope === null ? filledKey(titled.bare) : filledKey(titled.bare, scope));
    return singleEvent(
      complete(
        newEvent({
          action: actionOf(transition, titled.transition, type),
          alertKey,
          externalId: firstText(...keys, monitor, field("id")),
          title: filledText(title, field("alert_title")) ?? asText(title) ?? "Datadog alert",
          description: filledText(field("message", "text_only_msg", "event_msg", "body"), field("description")),
          severity: asSeverity(priority(field("priority", "alert_priority")), TYPES.get(type)),
          source: filledText(field("host", "hostname"), scope),
          url: filledText(field("link")),
          occurredAt: asInstant(field("date", "last_updated", "timestamp")),
          metadata: message,
        }),
        message,
        { title, state: firstText(transition, type), severity: true },
        unfilled,
      ),
      placeholderNote(transition, ...keys, monitor, title),
    );
  },
};

/** $ALERT_TRANSITION ("Warn Recovered" occurs too), else the state in the title, else $ALERT_TYPE. */
function actionOf(transition: string, titled: string | null, type: string): Action {
  const action = parseActionIn(transition) ?? parseActionIn(titled ?? "");
  if (action === null) return parseAction(type) === "resolve" ? "resolve" : "trigger";
  return action === "resolve" ? "resolve" : "trigger";
}

/** `[P2] [Triggered on {host:db-1}] Disk almost full` */
function partsOf(title: string): { transition: string | null; scope: string | null; bare: string | null } {
  const [, transition = null, scope = null, bare = null] =
    /^\s*(?:\[P[1-5]\]\s*)?(?:\[((?:re-?)?(?:triggered|warn|no data|notify|recovered|warn recovered|alert|ok)[^\]{]*?)(?: on \{([^}]*)\})?\]\s*)?(.*)$/is.exec(
      title,
    ) ?? [];
  return { transition, scope, bare: transition === null ? null : bare };
}

/** $ALERT_PRIORITY is P1 … P5; templates also send only the number. */
const priority = (value: unknown): string => (asText(value) ?? "").replace(/^([1-5])$/, "P$1");

/** Fields by name, in lower or upper case. */
function reader(body: JsonObject): (...names: string[]) => unknown {
  const byName = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
  return (...names) => names.map((name) => byName.get(name)).find((value) => value !== undefined && value !== "");
}
