import { parseActionIn } from "./actions.ts";
import { asText, firstText, has, hasAny, keyOf, objectBody } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

const IDS = ["monitor_id", "heartbeat_id", "domain_name_id", "server_monitor_id", "dns_monitor_id"];
const GOOD: ReadonlySet<string> = new Set(["1", "true"]);

/**
 * 66uptime's webhook notification handler: a state change of one monitor or heartbeat, or a domain or certificate that
 * expires. 66uptime does not document the bodies; Hydrozen sends the same ones and documents them.
 */
export const sixtysixUptime: Provider = {
  id: "sixtysix-uptime",
  name: "66uptime",
  docs: "https://docs.hydrozen.io/overview/integrations/webhooks",
  verification: { scheme: "token" },
  setup: `1. In 66uptime, open **Notification handlers → Create notification handler**, type **Webhook**.
2. Webhook URL: \`<INGEST_URL>?token=<SECRET>\`
3. Edit your monitors, heartbeats and domains, and tick the handler.`,
  sample: {
    body: {
      monitor_id: "31",
      name: "Checkout",
      type: "website",
      target: "https://shop.example.com/checkout",
      port: null,
      is_ok: 0,
    },
  },
  senderProfile: UNPUBLISHED,
  formats: ["form"],
  volatile: [],
  recognizes: ({ body }) =>
    hasAny(body, ...IDS) &&
    has(body, "name", "type") &&
    hasAny(body, "is_ok", "whois_end_datetime", "ssl_end_datetime"),
  read({ body }) {
    const message = objectBody(body, "a 66uptime notification");
    const id = firstText(...IDS.map((name) => message[name]));
    const isOk = asText(message.is_ok);
    return singleEvent(
      newEvent({
        action: GOOD.has(isOk ?? "") || parseActionIn(isOk ?? "") === "resolve" ? "resolve" : "trigger",
        // Ids of monitors, heartbeats and domains are separate sequences.
        alertKey: keyOf(id, message.type),
        externalId: id,
        title: firstText(message.name, message.target) ?? "66uptime monitor",
        // Expiry reminders have no state.
        severity: isOk === null ? "MEDIUM" : "HIGH",
        source: asText(message.name),
        url: asText(message.target),
        metadata: {
          type: message.type,
          target: message.target,
          port: message.port,
          isOk: message.is_ok,
          domainExpires: message.whois_end_datetime,
          certificateExpires: message.ssl_end_datetime,
          timezone: message.timezone,
        },
      }),
    );
  },
};
