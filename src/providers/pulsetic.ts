import type { Action } from "../alerts/model.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody } from "./fields.ts";
import { newEvent, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** Pulsetic's webhook: a monitor that went offline or online, or a certificate that ends. https://docs.pulsetic.com/integrations/webhooks */
export const pulsetic: Provider = {
  id: "pulsetic",
  name: "Pulsetic",
  docs: "https://docs.pulsetic.com/integrations/webhooks",
  verification: { scheme: "token" },
  setup: `1. In Pulsetic, open **Integrations → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`. Enable it for offline and online.`,
  sample: {
    body: { alert_type: "monitor_offline", monitor: { id: 123001, url: "https://shop.example.com/", name: "Shop" } },
  },
  sender: UNPUBLISHED,
  volatile: [],
  recognises: ({ body }) => has(body, "alert_type", "monitor"),
  read({ body }) {
    const message = objectBody(body, "Pulsetic's webhook object");
    const type = asText(message.alert_type) ?? "";
    const monitor = asObject(message.monitor);
    const isCertificate = type.startsWith("certificate") || type.startsWith("ssl");
    const action: Action = /_(online|up|renewed|valid)$/.test(type) ? "resolve" : "trigger";
    return one(
      newEvent({
        action,
        // A certificate is an alert beside the outage.
        alertKey: isCertificate ? keyOf(monitor.id, "certificate") : keyOf(monitor.id),
        externalId: asText(monitor.id),
        title: firstText(monitor.name, monitor.url) ?? "Pulsetic monitor",
        description: type === "" ? null : type.replaceAll("_", " "),
        severity: isCertificate ? "MEDIUM" : "HIGH",
        source: firstText(monitor.name, monitor.url),
        url: asText(monitor.url),
        occurredAt: asInstant(firstText(message.timestamp, monitor.timestamp)),
        metadata: { type, monitor },
      }),
    );
  },
};
