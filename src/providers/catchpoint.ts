import type { Action, Severity } from "../alerts/model.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asSeverity, asText, asUtcInstant, firstText, objectBody } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";
import { complete } from "./template.ts";

/** `${testId}`: spelt in either case. */
const unfilled = placeholders(
  /\$\{(?:alert|client|contact|division|group|monitor|node|notification|product|switch|test|trigger)[^{}]*\}/i,
);
const { filledKey, filledText, placeholderNote } = unfilled;

const TEMPLATE = `{
  "testName": "\${testName}",
  "testId": "\${testId}",
  "testUrl": "\${testUrl}",
  "alertTypeId": "\${alertTypeId}",
  "productName": "\${productName}",
  "clientId": "\${clientId}",
  "notificationLevelId": "\${notificationLevelId}",
  "alertCreateDateUtc": "\${alertCreateDateUtc}"
}`;

/** `notificationLevelId`; 3 is called Improved, or OK in some templates. */
const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    "0": "trigger",
    "1": "trigger",
    "3": "resolve",
    improved: "resolve",
  }),
);
const SEVERITIES: ReadonlyMap<string, Severity> = new Map(
  Object.entries<Severity>({
    "0": "MEDIUM",
    "1": "CRITICAL",
    "3": "INFO",
    improved: "INFO",
  }),
);

/** Catchpoint's alert webhook: one alert of a test, in the operator's template. https://docs.catchpoint.com/docs/alert-webhook-templates */
export const catchpoint: Provider = {
  id: "catchpoint",
  name: "Catchpoint",
  docs: "https://docs.catchpoint.com/docs/alert-webhook-templates",
  verification: { scheme: "token" },
  setup: `1. In Catchpoint, open **Integrations → Webhook**, and under **Alert Webhook** click **Add URL**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`, status **Active**, format **Template**; add a template with format JSON:

   \`\`\`json
${TEMPLATE.replaceAll(/^/gm, "   ")}
   \`\`\`

3. Apply it to **All Alerts**, or choose it in the alert settings of your tests, and enable notifications for improvements.`,
  sample: {
    body: {
      testName: "Checkout page",
      testId: "481516",
      testUrl: "https://shop.example.com/checkout",
      alertTypeId: "9",
      productName: "Shop",
      clientId: "2342",
      notificationLevelId: "1",
      alertCreateDateUtc: "2026-09-21 14:13:20",
    },
  },
  senderProfile: UNPUBLISHED,
  isTemplated: true,
  volatile: [],
  recognizes: ({ body }) => {
    const field = reader(body);
    return Boolean(field("testid", "testname") && field("notificationlevelid", "notificationlevel", "alerttypeid"));
  },
  read({ body }) {
    const alert = objectBody(body, "an object from the webhook template");
    const field = reader(alert);
    const test = field("testid");
    const type = field("alerttypeid");
    const level = asText(field("notificationlevelid", "notificationlevel", "eventstate", "severity")) ?? "";
    const word = level.toLowerCase();
    const name = firstText(field("testname"), field("service"), field("text"));
    const time = field("alertcreatedateutc", "ts", "timestamp");
    return singleEvent(
      complete(
        newEvent({
          action: ACTIONS.get(word) ?? parseActionIn(word) ?? "trigger",
          // One test may have alerts of several types at the same time.
          alertKey: test === undefined ? null : type === undefined ? filledKey(test) : filledKey(test, type),
          externalId: asText(test),
          title: filledText(name) ?? name ?? "Catchpoint alert",
          description: filledText(field("text"), field("description"), field("message")),
          severity: SEVERITIES.get(word) ?? asSeverity(word),
          source: filledText(field("productname"), field("nodename")),
          url: filledText(field("testurl")),
          occurredAt: asInstant(time) ?? asUtcInstant(time),
          metadata: alert,
        }),
        alert,
        { title: name, state: word, severity: word },
        unfilled,
      ),
      placeholderNote(test, name, level),
    );
  },
};

/** Fields by lower-case name: templates spell macros in either case. */
function reader(body: unknown): (...names: string[]) => unknown {
  const fields = Object.entries((typeof body === "object" && body) || {}).map(([name, value]): [string, unknown] => [
    name.toLowerCase(),
    value,
  ]);
  const byName = new Map(fields);
  return (...names) => names.map((name) => byName.get(name)).find((value) => asText(value) !== null);
}
