import { defineProvider } from "./form/define.ts";
import { asText, pick } from "./fields.ts";

/**
 * Wazuh's Integrator: one alert of a rule, in the envelope of the Shuffle integration, or without envelope from custom
 * scripts. Wazuh sends nothing when an alert ends.
 */
export const wazuh = defineProvider({
  id: "wazuh",
  name: "Wazuh",
  docs: "https://documentation.wazuh.com/current/user-manual/manager/integration-with-external-apis.html",
  category: "logs",
  keywords: "security siem intrusion ossec xdr",
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
  sender: { timeoutSeconds: 10, retries: [] },
  body: "a Wazuh alert",
  recognizedBy: ["all_fields rule_id", "rule.level agent", "rule.level manager"],
  kinds: [{ when: "all_fields", events: "all_fields", event: "an alert" }],
  // Each match has its own id. The alert key is the rule and the agent.
  alertKey: { parts: [{ at: ["rule.id", "$body.rule_id"] }, "agent.id?"] },
  externalId: ["id", "$body.id"],
  title: ["$body.title", "rule.description", "$body.message"],
  description: ["full_log", "$body.text", "$body.description"],
  severity: [
    // Wazuh's classification of its levels 0 … 16.
    { when: { at: "rule.level", above: 14 }, is: "CRITICAL" },
    { when: { at: "rule.level", above: 11 }, is: "HIGH" },
    { when: { at: "rule.level", above: 6 }, is: "MEDIUM" },
    { when: { at: "rule.level", above: -1 }, is: "LOW" },
    // The Shuffle integration derives it from the level, which is more precise.
    { at: "$body.severity", words: { LOW: "1", MEDIUM: "2", HIGH: "3" } },
  ],
  source: ["agent.name", "agent.ip", "location"],
  // Some scripts write an offset as `+01.00`.
  occurredAt: [
    "timestamp",
    "$body.timestamp",
    (_, { body }) => asText(pick(body, "created_at"))?.replace(/([+-]\d{2})\.(\d{2})$/, "$1:$2"),
  ],
  metadata: {
    rule: ["rule.id", "$body.rule_id"],
    level: "rule.level",
    severity: "$body.severity",
    groups: "rule.groups",
    mitre: "rule.mitre",
    agent: "agent",
    manager: "manager.name",
    location: "location",
  },
});
