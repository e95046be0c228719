import type { AlertEvent } from "../alerts/event.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asList, asSeverity, asText, firstText, has, hasAny, objectBody, pick, without } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import type { JsonObject } from "../lib/json.ts";
import { newEvent, singleEvent, type Provider, readBatch, UNPUBLISHED } from "./provider.ts";
import { complete } from "./template.ts";

/** `{{rule.id}}`: Kibana's and Watcher's variables. */
const unfilled = placeholders(
  /\{\{\{?[#^/&]?\s*(?:alert|context|ctx|date|kibanaBaseUrl|params|rule|spaceId|state|tags)[\w.]*\s*\}?\}\}/,
);
const { filledKey, filledText, placeholderNote } = unfilled;

const TEMPLATE = {
  status: "active",
  rule_id: "{{rule.id}}",
  rule_name: "{{rule.name}}",
  rule_type: "{{rule.type}}",
  rule_tags: "{{rule.tags}}",
  rule_url: "{{rule.url}}",
  alert_id: "{{alert.id}}",
  alert_uuid: "{{alert.uuid}}",
  action_group: "{{alert.actionGroup}}",
  severity: "high",
  reason: "{{context.reason}}",
  message: "{{context.message}}",
  date: "{{date}}",
};

/**
 * Elastic: Kibana's rules through its webhook connector, and Watcher's webhook action. Kibana has no default body: the setup
 * steps contain one. https://www.elastic.co/guide/en/kibana/current/webhook-action-type.html
 */
export const elastic: Provider = {
  id: "elastic",
  name: "Elastic (Kibana, Watcher)",
  docs: "https://www.elastic.co/guide/en/kibana/current/webhook-action-type.html",
  verification: { scheme: "token" },
  setup: `1. In Kibana, open **Stack Management → Connectors → Create connector → Webhook**: method POST, URL \`<INGEST_URL>\`, and the HTTP
   header \`X-Tocsin-Token: <SECRET>\`.
2. In each rule, add the connector as an action **for each alert**, run when **on status changes** for the action group of the alert, with
   this body (set your own \`severity\`):

   \`\`\`json
${JSON.stringify(TEMPLATE, null, 2).replaceAll(/^/gm, "   ")}
   \`\`\`

3. Add the connector once more, run when **Recovered**, with the same body and \`"status": "recovered"\`. Without it, alerts are never resolved.

A Watcher watch sends the same fields from its webhook action, with \`"rule_id": "{{ctx.watch_id}}"\` and \`"date": "{{ctx.execution_time}}"\`.`,
  sample: {
    body: {
      status: "active",
      rule_id: "7f0d9c50-2f4b-11ee-9d3e-1bb0a37b4b7d",
      rule_name: "Disk space",
      rule_type: "metrics.alert.threshold",
      rule_tags: "prod,infra",
      rule_url: "https://kibana.example.com/app/management/insightsAndAlerting/triggersActions/rule/7f0d9c50",
      alert_id: "db-1",
      alert_uuid: "0b1d6b1e-7c2d-4f9a-9c58-6a4a6cf1d001",
      action_group: "metrics.threshold.fired",
      severity: "high",
      reason: "system.filesystem.used.pct is 0.97 in the last 5 mins for db-1. Alert when > 0.95.",
      message: "",
      date: "2026-09-21T14:13:20.000Z",
    },
  },
  senderProfile: UNPUBLISHED,
  // {{date}} is the time at which the action ran.
  isTemplated: true,
  volatile: ["occurredAt"],
  recognizes: ({ body }) => {
    const first = Array.isArray(body) ? body[0] : body;
    return (
      has(first, "rule_id", "alert_id") ||
      has(first, "rule", "alert") ||
      has(first, "watch_id") ||
      has(first, "rule_id", "rule_name") ||
      has(first, "ruleId", "ruleName")
    );
  },
  read({ body }) {
    if (Array.isArray(body)) return { events: readBatch(body, "", readAlert), isRecognized: true };
    const message = objectBody(body, "an object from the connector's body");
    return singleEvent(readAlert(message, ""), placeholderNote(message.rule_id, message.alert_id, message.rule_name));
  },
};

function readAlert(value: unknown, pointer: string): AlertEvent {
  const message: JsonObject = objectBody(value, "an alert object", pointer);
  const rule = firstText(message.rule_id, message.ruleId, pick(message, "rule", "id"), message.watch_id);
  const alert = firstText(
    message.alert_id,
    message.alertId,
    message.alertInstanceId,
    message.instanceId,
    pick(message, "alert", "id"),
  );
  const name = firstText(
    message.rule_name,
    message.ruleName,
    pick(message, "rule", "name"),
    message.alertName,
    message.watch_id,
    message.title,
    message.name,
  );
  const group = firstText(
    message.action_group,
    message.actionGroup,
    message.actionGroupName,
    pick(message, "alert", "actionGroup"),
    pick(message, "alert", "actionGroupName"),
  );
  const state = filledText(message.status, message.state, message.event_action) ?? "";
  const recovered = group !== null && parseActionIn(group) === "resolve";
  return complete(
    newEvent({
      action: recovered ? "resolve" : (parseActionIn(state) ?? "trigger"),
      alertKey: alert === null ? filledKey(rule) : filledKey(rule, alert),
      externalId: firstText(message.alert_uuid, pick(message, "alert", "uuid"), alert, rule),
      title: [filledText(name) ?? asText(name) ?? "Elastic alert", filledText(alert)]
        .filter((part) => part !== null && part !== "*")
        .join(": "),
      description: filledText(
        message.reason,
        pick(message, "context", "reason"),
        message.message,
        pick(message, "context", "message"),
      ),
      severity: asSeverity(
        firstText(
          message.severity,
          pick(message, "kibana.alert.severity"),
          pick(asList(message.alerts), 0, "severity"),
        ),
      ),
      source: filledText(message.host, alert),
      url: filledText(
        message.rule_url,
        pick(message, "rule", "url"),
        message.alert_url,
        pick(message, "context", "alertDetailsUrl"),
      ),
      occurredAt: asInstant(firstText(message.date, message.timestamp)),
      metadata: hasAny(message, "rule", "context")
        ? { rule: message.rule, alert: message.alert, context: message.context }
        : without(message, "reason", "message", "date"),
    }),
    message,
    { title: name, state: group ?? state, severity: message.severity ?? pick(asList(message.alerts), 0, "severity") },
    unfilled,
  );
}
