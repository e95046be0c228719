import { defineProvider } from "./form/define.ts";

/** The places of a field. Templates based on AppDynamics' PagerDuty example nest fields under `details`. */
const field = (names: string) => ({ at: names.split(" ").flatMap((name) => [name, `details.${name}`]) });

/** `POLICY_OPEN_CRITICAL`, `POLICY_CLOSE_WARNING`, `POLICY_CANCELED_CRITICAL` … */
const EVENT_TYPE = field("eventType event_type event_type_key");

/** `Ended Critical Health Rule Violation` */
const NAME = field("event_name eventName displayName name");

const KEY = { at: ["incident_id", "incidentId", "id", "incident_key"] };
const APPLICATION = field("application application_name app_name applicationName appName");
const RULE = field("healthRule health_rule_name healthRuleName policy_name policy");
const NODE = field("node node_name nodeName");
const TIER = field("tier tier_name tierName");

/**
 * AppDynamics' HTTP request action: one event of a health rule, in the operator's template.
 * https://docs.appdynamics.com/appd/latest/en/appdynamics-essentials/alert-and-respond/actions/http-request-actions-and-templates
 */
export const appdynamics = defineProvider({
  id: "appdynamics",
  name: "AppDynamics",
  docs: "https://docs.appdynamics.com/appd/24.x/latest/en/appdynamics-essentials/alert-and-respond/actions/http-request-actions-and-templates",
  category: "observability",
  keywords: "apm cisco java application performance",
  setup: `1. In AppDynamics, open **Alert & Respond → HTTP Request Templates → New**: method POST, raw URL \`<INGEST_URL>\`, custom header
   \`X-Tocsin-Token: <SECRET>\`, MIME type \`application/json\`.
2. Payload:

   <TEMPLATE>

3. Tick **One Request Per Event**. Success criteria: status codes 200 and 202.
4. Use it as an action of your policies, for health rule violations that are opened, upgraded, downgraded, **closed** and **canceled**.`,
  sample: {
    body: {
      id: "48213",
      eventType: "POLICY_OPEN_CRITICAL",
      severity: "ERROR",
      name: "Health Rule Violation Started - Critical",
      summary: "Response time of checkout is above 2 s",
      application: "shop",
      tier: "web",
      node: "web-1",
      healthRule: "Response time",
      link: "https://acme.saas.appdynamics.com/controller/#location=INCIDENT&incident=48213",
      eventTime: "Mon Sep 21 14:13:20 UTC 2026",
    },
  },
  sender: { timeoutSeconds: 15 },
  body: "an object from the HTTP request template",
  template: {
    // Velocity, with the variables that AppDynamics has.
    placeholder:
      /\$!?\{(?:account|action|controllerUrl|event|fullEvent|latestEvent|notes|policy|topSeverity)[\w.[\]()]*\}|^\s*\$!?(?:event|latestEvent)\.[\w.()]+\s*$/,
    variable: "${latestEvent.<name>}",
    variables: {
      id: "${latestEvent.incident.id}",
      name: "${latestEvent.displayName}",
      summary: "${latestEvent.summaryMessage}",
      application: "${latestEvent.application.name}",
      tier: "${latestEvent.tier.name}",
      node: "${latestEvent.node.name}",
      healthRule: "${latestEvent.healthRule.name}",
      link: "${latestEvent.deepLink}",
    },
  },
  recognizedBy: [
    { at: EVENT_TYPE, startsWith: "POLICY_" },
    { at: EVENT_TYPE, startsWith: "ANOMALY_" },
    "eventType healthRule",
    "client=AppDynamics",
    "details.event_type_key",
  ],
  action: [
    {
      when: {
        at: EVENT_TYPE,
        contains: ["_close", "_cancel", "_ended", "_resolved", "violation ended", "violation cancel"],
      },
      is: "resolve",
    },
    { at: EVENT_TYPE },
    {
      when: { all: [{ not: { at: EVENT_TYPE } }, { at: NAME, contains: ["ended", "closed", "cancel", "resolved"] }] },
      is: "resolve",
    },
    "trigger",
  ],
  alertKey: [
    KEY,
    { parts: [{ at: [APPLICATION, { text: "application" }] }, RULE, NODE] },
    { parts: [{ at: [APPLICATION, { text: "application" }] }, { at: RULE, when: { not: { at: NODE } } }] },
  ],
  externalId: KEY,
  title: ["description", "summary", "name", "details.event_name"],
  description: ["summary", "details.summary", "details.message"],
  severity: [
    { when: { at: EVENT_TYPE, contains: "CRITICAL" }, is: "CRITICAL" },
    { when: { at: EVENT_TYPE, contains: "WARNING" }, is: "MEDIUM" },
    { at: field("severity") },
  ],
  source: [NODE, TIER, APPLICATION],
  url: [field("link deep_link deepLink"), "contexts[1].href", "client_url"],
  // The date is text in the time zone of the controller.
  metadata: {
    eventType: EVENT_TYPE,
    severity: field("severity"),
    application: APPLICATION,
    node: NODE,
    tier: TIER,
    healthRule: RULE,
    eventTime: field("eventTime event_time"),
  },
});
