import type { Action } from "../alerts/model.ts";
import { asText, firstText, has, keyOf, objectBody, without } from "./fields.ts";
import { BodyError, NEVER_RETRIES, newEvent, noEvents, type Provider, singleEvent } from "./provider.ts";

/** `Type` of messages about an alert. Old versions bundled several alerts in one message. */
const ALERT_TYPES: ReadonlySet<string> = new Set(["Alert", "AlertStatus", "AlertStatusBundle"]);

/**
 * GoAlert's webhook contact method: an alert, or an entry of an alert's log.
 * https://github.com/target/goalert/blob/master/web/src/app/documentation/sections/Webhooks.md
 */
export const goalert: Provider = {
  id: "goalert",
  name: "GoAlert",
  docs: "https://github.com/target/goalert/blob/master/web/src/app/documentation/sections/Webhooks.md",
  verification: { scheme: "token" },
  setup: `1. In GoAlert, open a user's profile (or a step of an escalation policy) and add a contact method of type **Webhook**.
2. Webhook URL: \`<INGEST_URL>?token=<SECRET>\`.
3. Verify the contact method: the code arrives as a delivery. Read it from the payload with \`GET /v1/deliveries\`.`,
  sample: {
    body: {
      AppName: "GoAlert",
      Type: "Alert",
      AlertID: 79685,
      Summary: "Checkout answers slowly",
      Details: "Nine of ten requests take longer than five seconds.",
      ServiceID: "5b0a7c50-0001-4c1e-8d5b-000000000001",
      ServiceName: "Shop",
      Meta: {},
      GoAlertURL: "https://goalert.example.com/alerts/79685",
    },
  },
  // notification/webhook/sender.go: timeout 3 s, and the response is ignored.
  senderProfile: { ...NEVER_RETRIES, timeoutSeconds: 3 },
  volatile: [],
  // Old versions have no AppName.
  recognizes: ({ body }) => has(body, "AppName", "Type") || has(body, "Type", "AlertID"),
  read({ body }) {
    const message = objectBody(body, "a GoAlert message");
    const type = asText(message.Type);
    if (type === null) throw new BodyError("expected the type of a message", "/Type");
    if (type === "Verification") return noEvents("verification of a contact method: the payload contains the code");
    if (!ALERT_TYPES.has(type)) return noEvents("not an alert message");
    const entry = asText(message.LogEntry);
    return singleEvent(
      newEvent({
        action: type === "Alert" || entry === null ? "trigger" : actionOf(entry),
        alertKey: keyOf(message.AlertID),
        title: firstText(message.Summary, entry) ?? "GoAlert alert",
        description: asText(message.Details),
        source: asText(message.ServiceName),
        note: entry,
        author: / by (.+)$/.exec(entry ?? "")?.[1] ?? null,
        url: asText(message.GoAlertURL),
        metadata: without(message, "Summary", "Details", "AppName", "GoAlertURL"),
      }),
      type === "AlertStatusBundle" ? "the bundle names only one of the alerts that changed" : undefined,
    );
  },
};

/** A status update is a sentence of the log: "Acknowledged by …", "Closed via …", "Escalated to step 2". */
function actionOf(entry: string): Action {
  if (/^closed/i.test(entry)) return "resolve";
  if (/^acknowledged/i.test(entry)) return "acknowledge";
  return /^created/i.test(entry) ? "trigger" : "note";
}
