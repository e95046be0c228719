import { asInstant, asText, firstText, has, hasAny, keyOf, objectBody, without } from "./fields.ts";
import { newEvent, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** 66uptime's webhook: a monitor or a heartbeat that is well or not. https://66uptime.com */
export const sixtysixUptime: Provider = {
  id: "sixtysix-uptime",
  name: "66uptime",
  docs: "https://66uptime.com/",
  verification: { scheme: "token" },
  setup: `1. In 66uptime, open **Notification handlers → Create**, type **Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.
3. Choose the handler in your monitors and heartbeats, for down and up.`,
  sample: {
    body: {
      monitor_id: "14",
      name: "Shop",
      type: "website",
      target: "https://shop.example.com",
      port: null,
      is_ok: 0,
      url: "https://66uptime.example.com/monitor/14",
    },
  },
  sender: UNPUBLISHED,
  formats: ["form"],
  volatile: [],
  recognises: ({ body }) =>
    has(body, "is_ok") && hasAny(body, "monitor_id", "heartbeat_id", "domain_name_id", "dns_monitor_id"),
  read({ body }) {
    const message = objectBody(body, "66uptime's webhook object");
    const [monitor, heartbeat] = [asText(message.monitor_id), asText(message.heartbeat_id)];
    return one(
      newEvent({
        action: /^(1|true)$/.test(asText(message.is_ok) ?? "") ? "resolve" : "trigger",
        // Monitors and heartbeats are counted apart.
        alertKey: monitor === null && heartbeat !== null ? keyOf("heartbeat", heartbeat) : keyOf(monitor),
        externalId: firstText(monitor, heartbeat),
        title: firstText(message.name, message.target) ?? "66uptime monitor",
        description: asText(message.error),
        severity: "HIGH",
        source: firstText(message.name),
        url: firstText(message.url, message.target),
        occurredAt: asInstant(firstText(message.datetime, message.timestamp)),
        metadata: without(message, "name"),
      }),
    );
  },
};
