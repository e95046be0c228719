import { defineProvider } from "./form/define.ts";
import { asText, pick } from "./fields.ts";

const TEMPLATE = `{
  "id": {{ json issueId }},
  "issueUrl": {{ json issuePageUrl }},
  "title": {{ json annotations.title.[0] }},
  "priority": {{ json priority }},
  "impactedEntities": {{ json entitiesData.names }},
  "totalIncidents": {{ json totalIncidents }},
  "state": {{#if issueClosedAt}}"CLOSED"{{else if issueAcknowledgedAt}}"ACKNOWLEDGED"{{else}}"ACTIVATED"{{/if}},
  "trigger": {{ json triggerEvent }},
  "createdAt": {{ createdAt }},
  "updatedAt": {{ updatedAt }},
  "closedAt": {{#if issueClosedAt}}{{ issueClosedAt }}{{else}}null{{/if}},
  "alertPolicyNames": {{ json accumulations.policyName }},
  "alertConditionNames": {{ json accumulations.conditionName }},
  "workflowName": {{ json workflowName }}
}`;

const STATE = ["state", "current_state", "currentState", "event_type"];
const CONDITION = ["condition_name", "alertConditionNames[0]", "accumulations.conditionName[0]"];

/** New Relic: the workflow webhook (the default template or that of the setup steps), the classic channel, and the form of the legacy channel. */
export const newrelic = defineProvider({
  id: "newrelic",
  name: "New Relic",
  docs: "https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/#webhook",
  category: "observability",
  keywords: "new relic apm nrql kubernetes k8s",
  setup: `1. In New Relic, open **Alerts → Destinations**, and add a **Webhook**: endpoint \`<INGEST_URL>\`, authorization
   **Bearer token** \`<SECRET>\`.
2. Open **Alerts → Workflows**, and add the webhook to a workflow with this payload template. The default template works too,
   but does not report acknowledgements:

   \`\`\`handlebars
${TEMPLATE.replaceAll(/^/gm, "   ")}
   \`\`\`

3. Configure the workflow to notify when an issue is **activated**, **acknowledged** and **closed**.`,
  sample: {
    body: {
      id: "4e6f9a52-6a3d-4b8e-9a54-3e0f7a9a1c10",
      issueUrl: "https://one.newrelic.com/alerts/issue?issueId=4e6f9a52",
      title: "Error rate > 5 % on 'checkout'",
      priority: "CRITICAL",
      impactedEntities: ["checkout"],
      totalIncidents: 1,
      state: "ACTIVATED",
      trigger: "STATE_CHANGE",
      isCorrelated: false,
      createdAt: 1790000000000,
      updatedAt: 1790000000000,
      alertPolicyNames: ["Shop"],
      alertConditionNames: ["Error rate"],
      workflowName: "To Tocsin",
    },
  },
  formats: ["form"],
  body: "a New Relic webhook object",
  // The legacy channel sends a form with JSON in the field `alert`.
  unwrap: "alert",
  template: {
    // `{{ json issueId }}` of a workflow, and `$INCIDENT_ID` of the classic channel.
    placeholder:
      /\{\{[^{}]*\b(?:accumulations|annotations|closedAt|createdAt|entitiesData|issue[A-Z]\w*|json|labels|nrAccountId|owner|priority|state|totalIncidents|trigger(?:edAt|Event)|updatedAt|workflowName)\b[^{}]*\}\}|^\s*\$(?:ACCOUNT|CLOSED|CONDITION|EVENT|INCIDENT|OPEN|POLICY|VIOLATION)_[A-Z_]+\s*$|^\s*\$(?:DURATION|OWNER|RUNBOOK_URL|SEVERITY|TARGETS|TIMESTAMP)\s*$/,
  },
  recognizedBy: [
    "issueUrl",
    "alertPolicyNames",
    "condition_name",
    "incidentUrl",
    "incident_url",
    "violation_callback_url",
    (_, { input }) => asText(pick(input.body, "alert"))?.startsWith("{") ?? false,
  ],
  // `event_type` is INCIDENT_ACKNOWLEDGED, INCIDENT_RESOLVED … of the classic channel.
  action: { at: STATE },
  alertKey: ["id", "incident_id", "incidentId", "issueId"],
  title: ["title", ...CONDITION, "short_description", "message"],
  description: ["details", "long_description", "annotations.description", "message"],
  severity: { at: ["priority", "severity"] },
  source: ["impactedEntities[0]", "targets[0].name", "application_name", "policy_name"],
  url: ["issueUrl", "issuePageUrl", "incident_url", "incidentUrl", "alert_url", "violationChartUrl"],
  // The time of the update. createdAt is the same in all updates of an issue.
  occurredAt: ["closedAt", "updatedAt", "createdAt", "timestamp", "created_at"],
  startedAt: "createdAt",
  author: ["acknowledgedBy", "issueAckUser", "owner"],
  metadata: {
    state: STATE,
    priority: ["priority", "severity"],
    trigger: "trigger",
    policies: ["alertPolicyNames", "policy_name"],
    condition: CONDITION,
    entities: ["impactedEntities", "targets"],
    totalIncidents: "totalIncidents",
    account: "account_name",
    workflow: "workflowName",
    labels: "labels",
    runbookUrl: "runbook_url",
  },
});
