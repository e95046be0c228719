import type { Action, Severity } from "../alerts/model.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, one, type Provider, UNPUBLISHED } from "./provider.ts";

const STATUSES: ReadonlyMap<string, { action: Action; severity: Severity }> = new Map([
  ["up", { action: "resolve", severity: "INFO" }],
  ["warn", { action: "trigger", severity: "MEDIUM" }],
  // Planned, but the service may be away all the same.
  ["maintenance", { action: "trigger", severity: "INFO" }],
  ["down", { action: "trigger", severity: "HIGH" }],
]);

/** StatusGator's webhook: a service or monitor that changed its status. https://statusgator.com/help/webhooks */
export const statusgator: Provider = {
  id: "statusgator",
  name: "StatusGator",
  docs: "https://statusgator.com/integrations/webhook",
  verification: { scheme: "token" },
  setup: `1. In StatusGator, open the board's **Notifications → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`. Choose down, warn and up.`,
  sample: {
    body: {
      type: "StatusChange",
      service: {
        id: "srv0001",
        name: "Payments Inc.",
        slug: "payments",
        landing_page_url: "https://statusgator.com/services/payments",
      },
      monitor: { id: "mon0001", type: "ServiceMonitor", display_name: "Payments Inc." },
      board: { id: "brd0001", name: "Acme" },
      status: "down",
      previous_status: "up",
      message: "Payments fail",
      details: "We are looking into it.",
      recorded_at: "2026-09-21T14:13:20Z",
    },
  },
  sender: UNPUBLISHED,
  volatile: [],
  recognises: ({ body }) =>
    has(body, "status", "previous_status") || (has(body, "service", "status") && has(body, "recorded_at")),
  read({ body }) {
    const message = objectBody(body, "StatusGator's webhook object");
    const word = asText(message.status) ?? "";
    const status = STATUSES.get(word);
    const [service, monitor] = [asObject(message.service), asObject(message.monitor)];
    return one(
      newEvent({
        action: status?.action ?? "trigger",
        alertKey: keyOf(firstText(monitor.id, service.id)),
        title: firstText(message.message, message.title, monitor.display_name, service.name) ?? "StatusGator status",
        description: firstText(message.details, message.message),
        severity: status?.severity ?? "MEDIUM",
        source: firstText(monitor.display_name, service.name),
        url: firstText(service.landing_page_url, service.status_page_url),
        occurredAt: asInstant(message.recorded_at),
        metadata: {
          status: word,
          previousStatus: message.previous_status,
          service: service.name,
          type: monitor.type,
          board: pick(message, "board", "name"),
        },
      }),
    );
  },
};
