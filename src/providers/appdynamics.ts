import type { Action } from "../alerts/model.ts";
import { asObject, asSeverity, asText, firstText, has, hasAny, objectBody, pick } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { parseAction } from "./actions.ts";
import { newEvent, singleEvent, type Provider } from "./provider.ts";
import { complete } from "./template.ts";

/** `${latestEvent.incident.id}`: Velocity, with the variables that AppDynamics has. */
const unfilled = placeholders(
  /\$!?\{(?:account|action|controllerUrl|event|fullEvent|latestEvent|notes|policy|topSeverity)[\w.[\]()]*\}|^\s*\$!?(?:event|latestEvent)\.[\w.()]+\s*$/,
);
const { filledKey, filledText, placeholderNote } = unfilled;

const TEMPLATE = `{
  "id": "\${latestEvent.incident.id}",
  "eventType": "\${latestEvent.eventType}",
  "severity": "\${latestEvent.severity}",
  "name": "\${latestEvent.displayName}",
  "summary": "\${latestEvent.summaryMessage}",
  "application": "\${latestEvent.application.name}",
  "tier": "\${latestEvent.tier.name}",
  "node": "\${latestEvent.node.name}",
  "healthRule": "\${latestEvent.healthRule.name}",
  "link": "\${latestEvent.deepLink}",
  "eventTime": "\${latestEvent.eventTime}"
}`;

/**
 * AppDynamics' HTTP request action: one event of a health rule, in the operator's template.
 * https://docs.appdynamics.com/appd/latest/en/appdynamics-essentials/alert-and-respond/actions/http-request-actions-and-templates
 */
export const appdynamics: Provider = {
  id: "appdynamics",
  name: "AppDynamics",
  docs: "https://docs.appdynamics.com/appd/24.x/latest/en/appdynamics-essentials/alert-and-respond/actions/http-request-actions-and-templates",
  verification: { scheme: "token" },
  setup: `1. In AppDynamics, open **Alert & Respond → HTTP Request Templates → New**: method POST, raw URL \`<INGEST_URL>\`, custom header
   \`X-Tocsin-Token: <SECRET>\`, MIME type \`application/json\`.
2. Payload:

   \`\`\`velocity
${TEMPLATE.replaceAll(/^/gm, "   ")}
   \`\`\`

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
  senderProfile: {
    timeoutSeconds: 15,
    clientErrors: "not published",
    tooManyRequests: "not published",
    serverErrors: "not published",
  },
  isTemplated: true,
  volatile: [],
  recognizes: ({ body }) =>
    /^(POLICY|ANOMALY)_/.test(
      firstText(pick(body, "eventType"), pick(body, "event_type"), pick(body, "details", "event_type")) ?? "",
    ) ||
    has(body, "eventType", "healthRule") ||
    pick(body, "client") === "AppDynamics" ||
    hasAny(pick(body, "details"), "event_type_key"),
  read({ body }) {
    const message = objectBody(body, "an object from the HTTP request template");
    // Templates based on AppDynamics' PagerDuty example nest fields under `details`.
    const details = asObject(message.details);
    const field = (...names: string[]) => firstText(...names.flatMap((name) => [message[name], details[name]]));
    const eventType = field("eventType", "event_type", "event_type_key") ?? "";
    const node = field("node", "node_name", "nodeName");
    const tier = field("tier", "tier_name", "tierName");
    const application = field("application", "application_name", "app_name", "applicationName", "appName");
    const rule = field("healthRule", "health_rule_name", "healthRuleName", "policy_name", "policy");
    const key = firstText(message.incident_id, message.incidentId, message.id, message.incident_key);
    const severity = field("severity");
    const title = firstText(message.description, message.summary, message.name, details.event_name);
    return singleEvent(
      complete(
        newEvent({
          action: actionOf(
            eventType,
            asText(message.event_type),
            field("event_name", "eventName", "displayName", "name"),
          ),
          alertKey:
            filledKey(key) ??
            (filledText(rule) === null ? null : filledKey(firstText(application, "application"), rule, node)),
          externalId: key,
          title: filledText(title) ?? title ?? "AppDynamics event",
          description: filledText(message.summary, details.summary, details.message),
          severity: /CRITICAL/.test(eventType)
            ? "CRITICAL"
            : /WARNING/.test(eventType)
              ? "MEDIUM"
              : asSeverity(severity),
          source: filledText(node, tier, application),
          url: filledText(
            field("link", "deep_link", "deepLink"),
            pick(message, "contexts", 1, "href"),
            message.client_url,
          ),
          // The date is text in the time zone of the controller.
          occurredAt: null,
          metadata: {
            eventType,
            severity,
            application,
            node,
            tier,
            healthRule: rule,
            eventTime: field("eventTime", "event_time"),
          },
        }),
        message,
        { title, state: true, severity: firstText(eventType, severity) },
        unfilled,
      ),
      placeholderNote(key, title, eventType),
    );
  },
};

/** `POLICY_OPEN_CRITICAL`, `POLICY_CLOSE_WARNING`, `POLICY_CANCELED_CRITICAL` …; else the text of the template. */
function actionOf(eventType: string, word: string | null, name: string | null): Action {
  if (
    /(^|_)(CLOSED?|CANCELL?ED|ENDED|RESOLVED)(_|$)/i.test(eventType) ||
    /VIOLATION (ENDED|CANCELL?ED)/i.test(eventType)
  )
    return "resolve";
  // `Ended Critical Health Rule Violation`
  if (eventType === "" && /\b(ended|closed|cancell?ed|resolved)\b/i.test(name ?? "")) return "resolve";
  return parseAction(word ?? "") ?? "trigger";
}
