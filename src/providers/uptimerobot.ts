import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asText, firstText, objectBody, without } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";
import { complete } from "./template.ts";

/** `*monitorID*` */
const unfilled = placeholders(/\*(?:alert|monitor|ssl)[A-Z][A-Za-z]*\*/);
const { filledKey, filledText, placeholderNote } = unfilled;

/** `alertType`; the others report an expiring certificate or domain. */
const TYPES: ReadonlyMap<string, Action> = new Map([
  ["1", "trigger"],
  ["2", "resolve"],
]);
/** `alertType` of monitors that were started or paused. */
const CHANGES: ReadonlySet<string> = new Set(["98", "99"]);

const VARIABLES = [
  "monitorID",
  "monitorURL",
  "monitorFriendlyName",
  "alertType",
  "alertTypeFriendlyName",
  "alertDetails",
  "alertFriendlyDuration",
  "alertDateTime",
  "sslExpiryDate",
  "sslExpiryDaysLeft",
];
const TEMPLATE = Object.fromEntries(VARIABLES.map((name) => [name, `*${name}*`]));

/**
 * UptimeRobot's webhook: one change of a monitor. The body holds the default variables or the operator's template, as
 * JSON or as a form. https://help.uptimerobot.com/en/articles/14498593-webhook-integration
 */
export const uptimerobot: Provider = {
  id: "uptimerobot",
  name: "UptimeRobot",
  docs: "https://help.uptimerobot.com/en/articles/14498593-webhook-integration",
  verification: { scheme: "token" },
  setup: `1. In UptimeRobot, open **Integrations & API → Integrations** and add a **Webhook**.
2. URL to notify: \`<INGEST_URL>?token=<SECRET>&\`. If your plan offers custom headers, send \`X-Tocsin-Token: <SECRET>\`
   instead of the secret in the URL.
3. POST value, sent **as JSON**:

   \`\`\`json
${JSON.stringify(TEMPLATE, null, 2).replaceAll(/^/gm, "   ")}
   \`\`\`

4. Choose up and down events (and SSL reminders), and tick the integration in your monitors.`,
  sample: {
    body: {
      monitorID: "779415582",
      monitorURL: "https://shop.example.com/checkout",
      monitorFriendlyName: "Checkout",
      alertType: "1",
      alertTypeFriendlyName: "Down",
      alertDetails: "HTTP 503 - Service Unavailable",
      alertFriendlyDuration: "2 minutes and 4 seconds",
      alertDateTime: "1790000000",
      sslExpiryDate: "",
      sslExpiryDaysLeft: "",
    },
  },
  senderProfile: UNPUBLISHED,
  formats: ["form"],
  isTemplated: true,
  volatile: [],
  recognizes: ({ body }) => {
    const field = reader(body);
    const names = ["alertType", "alertTypeFriendlyName", "alertDetails"];
    return field("monitorFriendlyName") !== undefined && names.some((name) => field(name) !== undefined);
  },
  read({ body }) {
    const message = objectBody(body, "an object with UptimeRobot's variables");
    const field = reader(message);
    const type = filledText(field("alertType")) ?? "";
    if (CHANGES.has(type)) return noEvents("the monitor was started or paused");
    const id = field("monitorID");
    const name = field("monitorFriendlyName");
    const url = field("monitorURL");
    // Certificate, domain and availability of a monitor have separate alerts.
    const aspect = type === "" || TYPES.has(type) ? [] : [type];
    return singleEvent(
      complete(
        newEvent({
          action: TYPES.get(type) ?? parseActionIn(filledText(field("alertTypeFriendlyName")) ?? "") ?? "trigger",
          alertKey: filledKey(id, ...aspect) ?? filledKey(url, ...aspect),
          externalId: firstText(id, url),
          title: filledText(name, url) ?? asText(name) ?? "UptimeRobot monitor",
          description: filledText(field("alertDetails"), field("message"), field("alertTypeFriendlyName")),
          severity: aspect.length === 0 ? "HIGH" : "MEDIUM",
          source: filledText(name),
          url: filledText(field("monitorDashboardURL"), url),
          occurredAt: asInstant(field("alertDateTime")),
          metadata: without(message, "secret", "token", "monitorAlertContacts"),
        }),
        message,
        { title: firstText(name, url), state: type || filledText(field("alertTypeFriendlyName")), severity: true },
        unfilled,
      ),
      placeholderNote(id, name, type),
    );
  },
};

const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** Fields by the name of the variable. Templates also spell it `monitor_friendly_name`. */
function reader(body: unknown): (name: string) => unknown {
  const fields = Object.entries((body ?? {}) as JsonObject);
  const byName = new Map(fields.map(([name, value]) => [plain(name), value]));
  return (name) => byName.get(plain(name));
}
