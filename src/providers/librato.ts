import { isObject, type JsonObject } from "../lib/json.ts";
import { asInstant, asList, asObject, asText, firstText, formJson, has, hasAny, keyOf, objectBody } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/**
 * The webhook of Librato, later AppOptics: one triggered or cleared alert, as JSON in the form field `payload`
 * or as the body. https://documentation.solarwinds.com/en/success_center/appoptics/content/kb/alert/notification_services/webhook.htm
 */
export const librato: Provider = {
  id: "librato",
  name: "Librato / AppOptics",
  docs: "https://documentation.solarwinds.com/en/success_center/appoptics/content/kb/alert/notification_services/webhook.htm",
  verification: { scheme: "token" },
  setup: `1. In AppOptics, open **Settings → Notification Services → Webhook → Add Configuration**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Choose the service under **Notification Services** of your alerts.`,
  sample: {
    body: {
      alert: {
        id: 5846005,
        name: "shop.high.load",
        runbook_url: "https://wiki.example.com/load",
        version: 2,
        description: "Load of a web server",
      },
      incident_key: "shop-high-load-20260921",
      account: "ops@example.com",
      trigger_time: 1790000000,
      conditions: [{ id: 1150670, type: "above", threshold: 2, duration: 300 }],
      violations: {
        "web-1": [{ metric: "load.shortterm", value: 7.19, recorded_at: 1789999995, condition_violated: 1150670 }],
      },
    },
  },
  senderProfile: UNPUBLISHED,
  formats: ["form"],
  volatile: [],
  recognizes: ({ body }) => {
    const message = isObject(body) && isObject(body.payload) ? body.payload : body;
    return (
      (has(message, "alert") && hasAny(message, "violations", "incident_key", "trigger_time")) ||
      (isObject(body) && typeof body.payload === "string" && body.payload.includes('"trigger_time"'))
    );
  },
  read({ body }) {
    const message = unwrap(objectBody(body, "a Librato alert object, or a form with a payload"));
    const alert = objectBody(message.alert, "an alert", "/alert");
    const sources = Object.keys(asObject(message.violations));
    const cleared = asText(message.clear);
    return singleEvent(
      newEvent({
        // The value is the way in which the alert was cleared: normal, auto, manual.
        action: cleared === null || cleared === "false" ? "trigger" : "resolve",
        // Old versions have no incident key.
        alertKey: keyOf(message.incident_key) ?? keyOf(alert.id),
        externalId: firstText(alert.id, message.incident_key),
        title: asText(alert.name) ?? "Librato alert",
        description: asText(alert.description),
        source: asText(sources.join(", ")),
        url: asText(alert.runbook_url),
        occurredAt: asInstant(message.trigger_time),
        metadata: {
          conditions: asList(message.conditions),
          violations: message.violations,
          clear: message.clear,
          triggeredByUserTest: message.triggered_by_user_test,
        },
      }),
    );
  },
};

/** Old versions send plain JSON, and some relays nest it. */
const unwrap = (body: JsonObject): JsonObject => (isObject(body.payload) ? body.payload : formJson(body, "payload"));
