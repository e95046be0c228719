import { MINUTE } from "../lib/time.ts";
import { parseAction } from "./actions.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** Apex Ping's webhook: an alert on a check that was triggered or resolved. https://apexping.com */
export const apexping: Provider = {
  id: "apexping",
  name: "Apex Ping",
  docs: "https://apexping.com/",
  verification: { scheme: "token" },
  setup: `1. In Apex Ping, add a **Webhook** integration with the URL \`<INGEST_URL>?token=<SECRET>\`.
2. Choose it in the alerts of your checks.`,
  sample: {
    body: {
      triggered_at: "2026-09-21T14:13:20.123456789Z",
      state: "triggered",
      alert: { id: 9, type: "time_total", stat: "avg", window_duration: 5, value: 2000, op: "gt" },
      check: { id: 81, name: "Checkout", method: "GET", protocol: "https", url: "shop.example.com/checkout" },
      value: 2410,
    },
  },
  sender: UNPUBLISHED,
  volatile: [],
  maxLatenessMs: 2 * MINUTE,
  recognises: ({ body }) => has(body, "triggered_at", "alert", "check") || has(pick(body, "check"), "apdex_threshold"),
  read({ body }) {
    const message = objectBody(body, "Apex Ping's webhook object");
    const [alert, check] = [asObject(message.alert), asObject(message.check)];
    const action = parseAction(asText(message.state) ?? "") ?? "trigger";
    const address = asText(check.url);
    return one(
      newEvent({
        action,
        // A check may have several alerts.
        alertKey: keyOf(check.id, alert.id),
        externalId: asText(check.id),
        title: asText(check.name) ?? "Apex Ping check",
        description:
          `${firstText(alert.stat) ?? ""} ${firstText(alert.type) ?? ""} ${firstText(alert.op) ?? ""} ${firstText(alert.value) ?? ""}: ${firstText(message.value) ?? ""}`.trim(),
        source: asText(check.name),
        url:
          address === null || address.includes("://")
            ? address
            : `${firstText(check.protocol) ?? "https"}://${address}`,
        occurredAt: asInstant(action === "resolve" ? message.resolved_at : message.triggered_at),
        metadata: { state: message.state, alert, value: message.value, method: check.method },
      }),
    );
  },
};
