import { defineProvider } from "./form/define.ts";

const RULE = { at: ["rule_id", "ruleId", "rule.id", "watch_id"] };
const ALERT = { at: ["alert_id", "alertId", "alertInstanceId", "instanceId", "alert.id"] };

const MARKS = ["rule_id rule_name", "ruleId ruleName", "rule alert", "watch_id"];

/** Elastic: Kibana's rules through its webhook connector, and Watcher's webhook action. Kibana has no default body: the setup steps contain one. */
export const elastic = defineProvider({
  id: "elastic",
  name: "Elastic (Kibana, Watcher)",
  docs: "https://www.elastic.co/guide/en/kibana/current/webhook-action-type.html",
  category: "logs",
  keywords: "elasticsearch kibana watcher elk logs siem",
  setup: `1. In Kibana, open **Stack Management → Connectors → Create connector → Webhook**: method POST, URL \`<INGEST_URL>\`, and the HTTP
   header \`X-Tocsin-Token: <SECRET>\`.
2. In each rule, add the connector as an action **for each alert**, run when **on status changes** for the action group of the alert, with
   this body (set your own \`severity\`):

   <TEMPLATE>

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
  // {{date}} is the time at which the action ran.
  volatile: ["occurredAt"],
  body: "an object from the connector's body",
  template: {
    // Kibana's and Watcher's variables.
    placeholder:
      /\{\{\{?[#^/&]?\s*(?:alert|context|ctx|date|kibanaBaseUrl|params|rule|spaceId|state|tags)[\w.]*\s*\}?\}\}/,
    variables: {
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
    },
  },
  recognizedBy: [...MARKS, ...MARKS.map((mark) => mark.replaceAll(/\S+/g, "$$body[0].$&"))],
  events: "$body",
  event: "an alert object",
  action: [
    {
      at: ["action_group", "actionGroup", "actionGroupName", "alert.actionGroup", "alert.actionGroupName"],
      words: { resolve: "recovered resolved" },
      strict: true,
    },
    { at: ["status", "state", "event_action"] },
  ],
  alertKey: [{ parts: [RULE, ALERT] }, { at: RULE, when: { not: { at: ALERT } } }],
  externalId: ["alert_uuid", "alert.uuid", ALERT, RULE],
  title: {
    join: [
      { at: ["rule_name", "ruleName", "rule.name", "alertName", "watch_id", "title", "name"] },
      {
        at: ALERT,
        when: {
          not: {
            any: [
              { at: ALERT, is: "*" },
              { at: ALERT, startsWith: "{{" },
            ],
          },
        },
      },
    ],
    with: ": ",
  },
  description: ["reason", "context.reason", "message", "context.message"],
  severity: { at: ["severity", '["kibana.alert.severity"]', "alerts[0].severity"] },
  source: ["host", ALERT],
  url: ["rule_url", "rule.url", "alert_url", "context.alertDetailsUrl"],
  occurredAt: ["date", "timestamp"],
  leftOut: ["reason", "message", "date"],
});
