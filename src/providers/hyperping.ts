import { parseActionIn } from "./actions.ts";
import { asInstant, asList, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** Hyperping's webhooks: one monitor that went down or up. https://hyperping.com/docs/integrations/webhooks */
export const hyperping: Provider = {
  id: "hyperping",
  name: "Hyperping",
  docs: "https://hyperping.com/docs/integrations/webhooks",
  verification: { scheme: "token" },
  setup: `1. In Hyperping, open **Integrations** and click **Connect** on the **Webhooks** card.
2. URL: \`<INGEST_URL>?token=<SECRET>\``,
  sample: {
    body: {
      event: "check.down",
      check: {
        monitorUuid: "mon_c0ffee000001",
        url: "https://shop.example.com/checkout",
        status: 503,
        down: true,
        date: 1790000000000,
        downtime: 1,
      },
      pings: [
        { original: true, location: "london", status: 503, statusMessage: "Service Unavailable" },
        { original: false, location: "paris", status: 503, statusMessage: "Service Unavailable" },
      ],
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) => has(body, "event", "check") && has(pick(body, "check"), "url", "down", "date"),
  read({ body }) {
    const message = objectBody(body, "a Hyperping event");
    const check = asObject(message.check);
    const event = asText(message.event) ?? "";
    const first = asList(message.pings).find((ping) => pick(ping, "original") !== false);
    return singleEvent(
      newEvent({
        action: parseActionIn(/[^.]*$/.exec(event)?.[0] ?? "") ?? (check.down === false ? "resolve" : "trigger"),
        // Older bodies identify the monitor only by its URL.
        alertKey: keyOf(firstText(check.monitorUuid, check.url)),
        title: firstText(check.name, check.url) ?? "Hyperping monitor",
        description: firstText(pick(first, "statusMessage")),
        severity: "HIGH",
        source: firstText(check.name, check.url),
        url: asText(check.url),
        occurredAt: asInstant(check.date),
        metadata: {
          event,
          status: check.status,
          downtime: check.downtime,
          locations: asList(message.pings).map((ping) => pick(ping, "location")),
        },
      }),
    );
  },
};
