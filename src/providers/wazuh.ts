import type { Severity } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, hasAny, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** `severity` of the Shuffle integration. It is derived from the level, which is more precise. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map(
  Object.entries<Severity>({ "1": "LOW", "2": "MEDIUM", "3": "HIGH" }),
);

/**
 * Wazuh's Integrator: one alert of a rule, in the envelope of the Shuffle integration, or without envelope from custom
 * scripts. Wazuh sends nothing when an alert ends. https://documentation.wazuh.com/current/user-manual/manager/integration-with-external-apis.html
 */
export const wazuh: Provider = {
  id: "wazuh",
  name: "Wazuh",
  docs: "https://documentation.wazuh.com/current/user-manual/manager/integration-with-external-apis.html",
  verification: { scheme: "token" },
  setup: `1. On the Wazuh server, add the integration for Shuffle, which posts alerts as JSON, to \`/var/ossec/etc/ossec.conf\`:

   \`\`\`xml
   <integration>
     <name>shuffle</name>
     <hook_url><INGEST_URL>?token=<SECRET></hook_url>
     <level>10</level>
     <alert_format>json</alert_format>
   </integration>
   \`\`\`

2. Restart the manager: \`systemctl restart wazuh-manager\``,
  sample: {
    body: {
      severity: 3,
      pretext: "WAZUH Alert",
      title: "sshd: brute force trying to get access to the system.",
      text: "Sep 21 14:13:20 web-1 sshd[811]: Failed password for root from 192.0.2.99",
      rule_id: "5712",
      timestamp: "2026-09-21T14:13:20.123+0000",
      id: "1790000000.4711",
      all_fields: {
        timestamp: "2026-09-21T14:13:20.123+0000",
        rule: {
          level: 10,
          description: "sshd: brute force trying to get access to the system.",
          id: "5712",
          groups: ["sshd"],
        },
        agent: { id: "001", name: "web-1", ip: "192.0.2.10" },
        manager: { name: "wazuh" },
        id: "1790000000.4711",
        full_log: "Sep 21 14:13:20 web-1 sshd[811]: Failed password for root from 192.0.2.99",
        location: "/var/log/auth.log",
      },
    },
  },
  senderProfile: {
    ...UNPUBLISHED,
    timeoutSeconds: 10,
    clientErrors: "dropped",
    tooManyRequests: "dropped",
    serverErrors: "dropped",
  },
  volatile: [],
  recognizes: ({ body }) =>
    has(body, "all_fields", "rule_id") ||
    (has(body, "rule") && hasAny(body, "agent", "manager") && has(pick(body, "rule"), "level")),
  read({ body }) {
    const message = objectBody(body, "a Wazuh alert");
    const alert = has(message, "all_fields") ? asObject(message.all_fields) : message;
    const { id, level, description, groups, mitre }: JsonObject = asObject(alert.rule);
    const rule = firstText(id, message.rule_id);
    return singleEvent(
      newEvent({
        action: "trigger",
        // Each match has its own id. The alert key is the rule and the agent.
        alertKey: keyOf(rule, pick(alert, "agent", "id")),
        externalId: firstText(alert.id, message.id),
        title: firstText(message.title, description, message.message) ?? "Wazuh alert",
        description: firstText(alert.full_log, message.text, message.description),
        severity: ofLevel(level) ?? SEVERITIES.get(asText(message.severity) ?? "") ?? asSeverity(message.severity),
        source: firstText(pick(alert, "agent", "name"), pick(alert, "agent", "ip"), alert.location),
        occurredAt:
          asInstant(alert.timestamp) ?? asInstant(message.timestamp) ?? asInstant(withColon(message.created_at)),
        metadata: {
          rule,
          level,
          severity: message.severity,
          groups,
          mitre,
          agent: alert.agent,
          manager: pick(alert, "manager", "name"),
          location: alert.location,
        },
      }),
    );
  },
};

/** Wazuh's classification of its levels 0 … 16. */
function ofLevel(level: unknown): Severity | null {
  const number = Number(asText(level) ?? Number.NaN);
  if (Number.isNaN(number)) return null;
  if (number >= 15) return "CRITICAL";
  if (number >= 12) return "HIGH";
  return number >= 7 ? "MEDIUM" : "LOW";
}

/** Some scripts write an offset as `+01.00`. */
const withColon = (time: unknown): unknown =>
  typeof time === "string" ? time.replace(/([+-]\d{2})\.(\d{2})$/, "$1:$2") : time;
