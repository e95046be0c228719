import { parseActionIn } from "./actions.ts";
import { asInstant, asObject, asText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** Apex Ping's webhook: one triggered or resolved alert of a check. https://apex.sh/docs/ping/webhooks/ */
export const apexping: Provider = {
  id: "apexping",
  name: "Apex Ping",
  docs: "https://apex.sh/docs/ping/webhooks/",
  verification: { scheme: "token" },
  setup: `1. In Apex Ping, open **Alerts → Add Alert** and choose **Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Choose the check and when to alert, and save.`,
  sample: {
    body: {
      triggered_at: "2026-09-21T14:13:20.657259407Z",
      state: "triggered",
      alert: { id: 41, type: "time_total", stat: "avg", window_duration: 5, value: 1500, op: "gt" },
      check: {
        id: 112,
        name: "Checkout",
        method: "GET",
        protocol: "https",
        url: "shop.example.com/checkout",
        apdex_threshold: 500,
      },
      value: 2310,
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) => has(body, "state", "alert", "check") && has(pick(body, "alert"), "id", "stat"),
  read({ body }) {
    const message = objectBody(body, "an Apex Ping alert");
    const alert = asObject(message.alert);
    const check = asObject(message.check);
    const action = parseActionIn(asText(message.state) ?? "") ?? "trigger";
    const condition = [alert.stat, alert.type, alert.op, alert.value].flatMap((part) => asText(part) ?? []).join(" ");
    return singleEvent(
      newEvent({
        action,
        // A check has one alert per condition.
        alertKey: keyOf(check.id, alert.id),
        externalId: asText(check.id),
        title: asText(check.name) ?? "Apex Ping check",
        description: asText(condition) && `${condition}: ${asText(message.value) ?? "no value"}`,
        source: asText(check.name),
        url: urlOf(asText(check.url), asText(check.protocol)),
        // `triggered_at` of a resolve is the time of the trigger.
        occurredAt: asInstant(action === "resolve" ? message.resolved_at : message.triggered_at),
        startedAt: action === "resolve" ? asInstant(message.triggered_at) : null,
        metadata: { state: message.state, value: message.value, alert: message.alert, method: check.method },
      }),
    );
  },
};

/** The URL of a check has no scheme. */
const urlOf = (url: string | null, protocol: string | null): string | null =>
  url === null || url.includes("://") ? url : `${protocol ?? "http"}://${url}`;
