import type { Action } from "../alerts/model.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody } from "./fields.ts";
import { newEvent, none, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** Hyperping's webhook: a check that went down or up. https://hyperping.com/docs/integrations/webhooks */
export const hyperping: Provider = {
  id: "hyperping",
  name: "Hyperping",
  docs: "https://hyperping.com/docs/integrations/webhooks",
  verification: { scheme: "token" },
  setup: `1. In Hyperping, open **Settings → Integrations → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.`,
  sample: {
    body: {
      event: "check.down",
      check: { url: "https://shop.example.com/checkout", status: 503, down: true, date: 1790000000000, downtime: 1 },
      pings: [{ original: true, location: "frankfurt", status: 503, statusMessage: "Service Unavailable" }],
    },
  },
  sender: UNPUBLISHED,
  volatile: [],
  recognises: ({ body }) =>
    has(body, "event", "check", "pings") ||
    (has(body, "event", "check") && has(asObject(asObject(body).check), "downtime")),
  read({ body }) {
    const message = objectBody(body, "Hyperping's webhook object");
    const name = asText(message.event) ?? "";
    const check = asObject(message.check);
    if (!has(message, "check")) return none("an event of no check");
    const action: Action = name.endsWith(".up") || (name === "" && check.down === false) ? "resolve" : "trigger";
    return one(
      newEvent({
        action,
        // Without an id of its own, the URL is what names a check.
        alertKey: keyOf(firstText(check.uuid, check.monitorUuid, check.url)),
        title: firstText(check.name, check.url) ?? "Hyperping check",
        description: firstText(message.text, asText(check.status) && `Status ${asText(check.status)}`),
        severity: "HIGH",
        source: firstText(check.name, check.url),
        url: asText(check.url),
        occurredAt: asInstant(check.date),
        metadata: { event: name, status: check.status, downtime: check.downtime, pings: message.pings },
      }),
    );
  },
};
