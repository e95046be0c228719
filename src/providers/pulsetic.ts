import { parseActionIn } from "./actions.ts";
import { asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/**
 * Pulsetic's webhook: one monitor that went offline or online, or a certificate that expires soon.
 * https://help.pulsetic.com/article/20-how-to-set-up-alert-notifications#webhook
 */
export const pulsetic: Provider = {
  id: "pulsetic",
  name: "Pulsetic",
  docs: "https://help.pulsetic.com/article/20-how-to-set-up-alert-notifications#webhook",
  verification: { scheme: "token" },
  setup: `1. In Pulsetic, open **Monitors**, choose a monitor, and open **Alerts → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Save. The test buttons send alerts like real ones, so send the online request last.`,
  sample: {
    body: {
      alert_type: "monitor_offline",
      monitor: { id: 204117, url: "https://shop.example.com/checkout" },
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) => has(body, "alert_type", "monitor") && has(pick(body, "monitor"), "id", "url"),
  read({ body }) {
    const message = objectBody(body, "a Pulsetic alert");
    const monitor = asObject(message.monitor);
    const type = asText(message.alert_type) ?? "";
    // The recovery of a monitor does not affect its certificate alert.
    const isCertificate = type.startsWith("certificate");
    return singleEvent(
      newEvent({
        action: parseActionIn(type) === "resolve" ? "resolve" : "trigger",
        alertKey: isCertificate ? keyOf(monitor.id, "certificate") : keyOf(monitor.id),
        externalId: asText(monitor.id),
        title: firstText(monitor.name, monitor.url) ?? "Pulsetic monitor",
        description: asText(type.replaceAll("_", " ")),
        severity: isCertificate ? "MEDIUM" : "HIGH",
        source: firstText(monitor.name, monitor.url),
        url: asText(monitor.url),
        metadata: { alertType: message.alert_type },
      }),
    );
  },
};
