import type { Action } from "../alerts/model.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asSeverity, asText, firstText, formJson, hasAny, objectBody, pick } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";
import { complete } from "./template.ts";

/** `{{ json issueId }}` of a workflow, and `$INCIDENT_ID` of the classic channel. */
const unfilled = placeholders(
  /\{\{[^{}]*\b(?:accumulations|annotations|closedAt|createdAt|entitiesData|issue[A-Z]\w*|json|labels|nrAccountId|owner|priority|state|totalIncidents|trigger(?:edAt|Event)|updatedAt|workflowName)\b[^{}]*\}\}|^\s*\$(?:ACCOUNT|CLOSED|CONDITION|EVENT|INCIDENT|OPEN|POLICY|VIOLATION)_[A-Z_]+\s*$|^\s*\$(?:DURATION|OWNER|RUNBOOK_URL|SEVERITY|TARGETS|TIMESTAMP)\s*$/,
);
const { filledKey, filledText, placeholderNote } = unfilled;

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

/**
 * New Relic: the workflow webhook (the default template or that of the setup steps), the classic channel, and the form of the legacy channel.
 * https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/#webhook
 */
export const newrelic: Provider = {
  id: "newrelic",
  name: "New Relic",
  docs: "https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/#webhook",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  formats: ["form"],
  isTemplated: true,
  volatile: [],
  recognizes: ({ body }) =>
    hasAny(
      body,
      "issueUrl",
      "alertPolicyNames",
      "condition_name",
      "incidentUrl",
      "incident_url",
      "violation_callback_url",
    ) || (asText(pick(body, "alert")) ?? "").startsWith("{"),
  read({ body }) {
    // The legacy channel sends a form with JSON in the field `alert`.
    const message = formJson(objectBody(body, "a New Relic webhook object"), "alert");
    const state =
      firstText(filledText(message.state, message.current_state, message.currentState), message.event_type) ?? "";
    const action = actionOf(state, asText(message.event_type));
    const id = firstText(message.id, message.incident_id, message.incidentId, message.issueId);
    const condition = firstText(
      message.condition_name,
      pick(message, "alertConditionNames", 0),
      pick(message, "accumulations", "conditionName", 0),
    );
    const title = firstText(message.title, condition, message.short_description, message.message);
    return singleEvent(
      complete(
        newEvent({
          action,
          alertKey: filledKey(id),
          externalId: id,
          title: title ?? "New Relic issue",
          description: filledText(
            message.details,
            message.long_description,
            pick(message, "annotations", "description"),
            message.message,
          ),
          severity: asSeverity(firstText(message.priority, message.severity)),
          source: firstText(
            pick(message, "impactedEntities", 0),
            pick(message, "targets", 0, "name"),
            message.application_name,
            filledText(message.policy_name),
          ),
          url: filledText(
            message.issueUrl,
            message.issuePageUrl,
            message.incident_url,
            message.incidentUrl,
            message.alert_url,
            message.violationChartUrl,
          ),
          // The time of the update. createdAt is the same in all updates of an issue.
          occurredAt: firstInstant(
            message.closedAt,
            message.updatedAt,
            message.createdAt,
            message.timestamp,
            message.created_at,
          ),
          startedAt: action === "resolve" ? asInstant(message.createdAt) : null,
          author: filledText(message.acknowledgedBy, message.issueAckUser, message.owner),
          metadata: {
            state,
            priority: message.priority ?? message.severity,
            trigger: message.trigger,
            policies: message.alertPolicyNames ?? message.policy_name,
            condition,
            entities: message.impactedEntities ?? message.targets,
            totalIncidents: message.totalIncidents,
            account: message.account_name,
            workflow: message.workflowName,
            labels: message.labels,
            runbookUrl: message.runbook_url,
          },
        }),
        message,
        { title, state: firstText(state, message.event_type), severity: firstText(message.priority, message.severity) },
        unfilled,
      ),
      placeholderNote(id, title, state),
    );
  },
};

const firstInstant = (...values: unknown[]): number | null =>
  values.map(asInstant).find((instant) => instant !== null) ?? null;

function actionOf(state: string, eventType: string | null): Action {
  // `INCIDENT_ACKNOWLEDGED`, `INCIDENT_RESOLVED` of the classic channel.
  const word = eventType?.replace(/^INCIDENT_/, "") ?? "";
  return parseActionIn(state) ?? parseActionIn(word) ?? "trigger";
}
