import { defineProvider } from "./form/define.ts";

const NODE = ["NodeName", "Node", "ObjectName"];
const DEFINITION = { at: ["AlertID", "AlertName"], when: { not: { at: "AlertObjectID" } } };

/**
 * The SolarWinds Platform's (Orion's) alert action "Send a GET or POST Request to a Web Server": one triggered
 * or reset alert, in the operator's body.
 */
export const solarwinds = defineProvider({
  id: "solarwinds",
  name: "SolarWinds",
  docs: "https://documentation.solarwinds.com/en/success_center/orionplatform/content/core-setting-trigger-actions-and-escalation-levels-sw1031.htm",
  category: "infrastructure",
  keywords: "orion network npm servers",
  setup: `1. In the SolarWinds Web Console, open **Alerts & Activity → Alerts → Manage Alerts**, and edit an alert.
2. Under **Trigger Actions**, add **Send a GET or POST Request to a Web Server**: URL \`<INGEST_URL>?token=<SECRET>\`, **Use HTTP POST**,
   content type \`application/json\`, and this body:

   <TEMPLATE>

3. Under **Reset Actions**, add the same with \`"ActionType": "Resolve"\`.`,
  sample: {
    body: {
      ActionType: "Create",
      AlertObjectID: "8123",
      AlertID: "42",
      AlertName: "Node is down",
      AlertMessage: "core-switch-1 is Down",
      AlertDescription: "Alerts when a node goes down.",
      Severity: "Critical",
      ObjectType: "Node",
      NodeName: "core-switch-1",
      AlertDetailsUrl: "https://orion.example.com/Orion/View.aspx?NetObject=AAT:8123",
      AlertTriggerTime: "Monday, September 21, 2026 4:13 PM",
    },
  },
  formats: ["form"],
  body: "an object from the alert action's body",
  template: {
    // `${N=Alerting;M=AlertObjectID}` and `${NodeName}`
    placeholder:
      /\$\{(?:(?:N=|M=|SQL:)[^{}]*|(?:Alert|Node|Object)[A-Za-z.]*|Caption|DNS|IP(?:_Address)?|Severity|Status)\}/,
    variable: "${N=Alerting;M=<name>}",
    variables: { ActionType: "Create", NodeName: "${NodeName}" },
  },
  recognizedBy: [{ all: ["AlertMessage", { any: ["AlertID", "AlertObjectID", "NodeName", "AlertDetailsUrl"] }] }],
  // Operators choose the name of the reset action.
  action: { at: ["ActionType", "event_type", "Action", "Status"], words: { resolve: "reset" } },
  // AlertObjectID identifies an alert on one object. AlertID identifies the definition, which fires for many nodes.
  alertKey: ["AlertObjectID", { parts: [DEFINITION, { at: NODE }] }, { parts: [DEFINITION, "NodeName?"] }],
  externalId: ["AlertObjectID", "AlertID", "AlertActiveID"],
  title: ["AlertMessage", "AlertName", "Message"],
  description: "AlertDescription",
  // Severities of the SolarWinds Platform by number, and the one word that other tools do not use.
  severity: { at: "Severity", words: { INFO: "0", MEDIUM: "1", CRITICAL: "2", HIGH: "3 serious", LOW: "4" } },
  source: NODE,
  url: "AlertDetailsUrl",
  // Mostly local times in the language of the server.
  occurredAt: "AlertTriggerTime",
  author: "AcknowledgedBy",
  note: ["AcknowledgedNotes", "Notes"],
  leftOut: ["AlertMessage", "AlertDescription", "AlertDetailsUrl"],
});
