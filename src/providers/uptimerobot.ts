import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import {
  asInstant,
  asSeverity,
  asText,
  filledText,
  firstText,
  hasAny,
  keyOf,
  objectBody,
  placeholderNote,
  without,
} from "./fields.ts";
import { newEvent, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** `*alertType*`; 3 is a certificate that ends. */
const TYPES: ReadonlyMap<string, Action> = new Map([
  ["1", "trigger"],
  ["2", "resolve"],
  ["3", "trigger"],
]);

const TEMPLATE = {
  monitorID: "*monitorID*",
  monitorURL: "*monitorURL*",
  monitorFriendlyName: "*monitorFriendlyName*",
  alertType: "*alertType*",
  alertTypeFriendlyName: "*alertTypeFriendlyName*",
  alertDetails: "*alertDetails*",
  alertDuration: "*alertDuration*",
  alertDateTime: "*alertDateTime*",
  alertID: "*alertID*",
};

/** UptimeRobot's webhook integration: a monitor that went down or up, by the operator's template. https://help.uptimerobot.com/en/articles/11361360 */
export const uptimerobot: Provider = {
  id: "uptimerobot",
  name: "UptimeRobot",
  docs: "https://help.uptimerobot.com/en/articles/11361360-integrations-webhooks",
  verification: { scheme: "token" },
  setup: `1. In UptimeRobot, open **Integrations & API → Webhook → Add**.
2. URL to notify: \`<INGEST_URL>?token=<SECRET>\`
3. Switch **Send as JSON (application/json)** on and **Send as query string** off, with this POST value:

   \`\`\`json
${JSON.stringify(TEMPLATE, null, 2).replaceAll(/^/gm, "   ")}
   \`\`\`

4. Enable it for up and down events, and tick it in each monitor.`,
  sample: {
    body: {
      monitorID: "790123456",
      monitorURL: "https://shop.example.com/checkout",
      monitorFriendlyName: "Checkout",
      alertType: "1",
      alertTypeFriendlyName: "Down",
      alertDetails: "HTTP 503 - Service Unavailable",
      alertDuration: "0",
      alertDateTime: "1790000000",
      alertID: "811223344",
    },
  },
  sender: UNPUBLISHED,
  formats: ["form"],
  volatile: [],
  recognises: ({ body }) =>
    hasAny(body, "monitorFriendlyName", "monitor_friendly_name") ||
    (hasAny(body, "monitorID", "monitor_url") && hasAny(body, "alertType", "alert_type")),
  read({ body }) {
    const message = objectBody(body, "the object that the POST value makes");
    // Some templates write the names with underscores.
    const field = (name: string) => message[name] ?? message[snake(name)];
    const title = firstText(field("monitorFriendlyName"), field("monitorURL"));
    const url = filledText(field("monitorURL"));
    return one(
      newEvent({
        action: actionOf(asText(field("alertType")), asText(field("alertTypeFriendlyName"))),
        alertKey: keyOf(field("monitorID")) ?? keyOf(url),
        externalId: firstText(field("monitorID"), field("alertID")),
        title: filledText(title) ?? title ?? "UptimeRobot monitor",
        description: filledText(field("alertDetails")),
        severity: asSeverity(field("urgency"), asText(field("alertType")) === "3" ? "MEDIUM" : "HIGH"),
        source: filledText(field("monitorFriendlyName")),
        url,
        occurredAt: asInstant(field("alertDateTime")),
        metadata: rest(message),
      }),
      placeholderNote(field("monitorID"), title, field("alertType")),
    );
  },
};

const actionOf = (type: string | null, words: string | null): Action =>
  TYPES.get(type ?? "") ?? parseAction(words ?? "") ?? "trigger";

const snake = (name: string): string => name.replaceAll(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`);

const rest = (message: JsonObject): JsonObject =>
  without(message, "monitorFriendlyName", "alertDetails", "monitorAlertContacts");
