import type { Action, Severity } from "../alerts/model.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asSeverity, asText, firstText, has, hasAny, objectBody, without } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";
import { complete } from "./template.ts";

/** `${N=Alerting;M=AlertObjectID}` and `${NodeName}` */
const unfilled = placeholders(
  /\$\{(?:(?:N=|M=|SQL:)[^{}]*|(?:Alert|Node|Object)[A-Za-z.]*|Caption|DNS|IP(?:_Address)?|Severity|Status)\}/,
);
const { filledKey, filledText, placeholderNote } = unfilled;

const TEMPLATE = `{
  "ActionType": "Create",
  "AlertObjectID": "\${N=Alerting;M=AlertObjectID}",
  "AlertID": "\${N=Alerting;M=AlertID}",
  "AlertName": "\${N=Alerting;M=AlertName}",
  "AlertMessage": "\${N=Alerting;M=AlertMessage}",
  "AlertDescription": "\${N=Alerting;M=AlertDescription}",
  "Severity": "\${N=Alerting;M=Severity}",
  "ObjectType": "\${N=Alerting;M=ObjectType}",
  "NodeName": "\${NodeName}",
  "AlertDetailsUrl": "\${N=Alerting;M=AlertDetailsUrl}",
  "AlertTriggerTime": "\${N=Alerting;M=AlertTriggerTime}"
}`;

/** Words that `parseAction` does not know. Operators choose the name of the reset action. */
const ACTIONS: ReadonlyMap<string, Action> = new Map(Object.entries<Action>({ reset: "resolve" }));

/** Severities of the SolarWinds Platform by number, and the one word that other tools do not use. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map(
  Object.entries<Severity>({
    "0": "INFO",
    "1": "MEDIUM",
    "2": "CRITICAL",
    "3": "HIGH",
    "4": "LOW",
    serious: "HIGH",
  }),
);

/**
 * The SolarWinds Platform's (Orion's) alert action "Send a GET or POST Request to a Web Server": one triggered
 * or reset alert, in the operator's body. https://documentation.solarwinds.com/en/success_center/orionplatform/content/core-setting-trigger-actions-and-escalation-levels-sw1031.htm
 */
export const solarwinds: Provider = {
  id: "solarwinds",
  name: "SolarWinds",
  docs: "https://documentation.solarwinds.com/en/success_center/orionplatform/content/core-setting-trigger-actions-and-escalation-levels-sw1031.htm",
  verification: { scheme: "token" },
  setup: `1. In the SolarWinds Web Console, open **Alerts & Activity → Alerts → Manage Alerts**, and edit an alert.
2. Under **Trigger Actions**, add **Send a GET or POST Request to a Web Server**: URL \`<INGEST_URL>?token=<SECRET>\`, **Use HTTP POST**,
   content type \`application/json\`, and this body:

   \`\`\`json
${TEMPLATE.replaceAll(/^/gm, "   ")}
   \`\`\`

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
  senderProfile: UNPUBLISHED,
  formats: ["form"],
  isTemplated: true,
  volatile: [],
  recognizes: ({ body }) =>
    has(body, "AlertMessage") && hasAny(body, "AlertID", "AlertObjectID", "NodeName", "AlertDetailsUrl"),
  read({ body }) {
    const alert = objectBody(body, "an object from the alert action's body");
    const action = (firstText(alert.ActionType, alert.event_type, alert.Action, alert.Status) ?? "").toLowerCase();
    const node = firstText(alert.NodeName, alert.Node, alert.ObjectName);
    const title = firstText(alert.AlertMessage, alert.AlertName, alert.Message);
    const id = firstText(alert.AlertObjectID, alert.AlertID, alert.AlertActiveID);
    const severity = asText(alert.Severity) ?? "";
    return singleEvent(
      complete(
        newEvent({
          action: ACTIONS.get(action) ?? parseActionIn(action) ?? "trigger",
          // AlertObjectID identifies an alert on one object. AlertID identifies the definition, which fires for many nodes.
          alertKey:
            asText(alert.AlertObjectID) === null
              ? filledKey(alert.AlertID ?? alert.AlertName, node)
              : filledKey(alert.AlertObjectID),
          externalId: id,
          title: filledText(alert.AlertMessage, alert.AlertName, alert.Message) ?? title ?? "SolarWinds alert",
          description: filledText(alert.AlertDescription),
          severity: SEVERITIES.get(severity.toLowerCase()) ?? asSeverity(severity),
          source: filledText(node),
          url: filledText(alert.AlertDetailsUrl),
          // Mostly local times in the language of the server.
          occurredAt: asInstant(alert.AlertTriggerTime),
          author: filledText(alert.AcknowledgedBy),
          note: filledText(alert.AcknowledgedNotes, alert.Notes),
          metadata: without(alert, "AlertMessage", "AlertDescription", "AlertDetailsUrl"),
        }),
        alert,
        { title, state: action, severity },
        unfilled,
      ),
      placeholderNote(id, title, node),
    );
  },
};
