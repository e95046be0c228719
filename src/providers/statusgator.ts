import type { Severity } from "../alerts/model.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody } from "./fields.ts";
import { newEvent, singleEvent, type Provider } from "./provider.ts";

/** `status` is both state and severity. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ["down", "HIGH"],
  ["warn", "MEDIUM"],
  ["up", "INFO"],
  // Planned, but the service may still be unavailable.
  ["maintenance", "INFO"],
]);

/**
 * StatusGator's webhook: a status change of one monitor, or an early warning of it; also version 2, which has no
 * monitor. https://support.statusgator.com/support/solutions/articles/47001278989-webhook-version-3-0
 */
export const statusgator: Provider = {
  id: "statusgator",
  name: "StatusGator",
  docs: "https://support.statusgator.com/support/solutions/articles/47001278989-webhook-version-3-0",
  verification: { scheme: "token" },
  setup: `1. In StatusGator, open the board's **Integrations → Advanced → Webhook** and click **Add**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`, version 3.0.`,
  sample: {
    body: {
      type: "StatusChange",
      recorded_at: "2026-09-21T14:13:20Z",
      service: {
        id: "Qm3rT0pL7a",
        name: "Example Mail",
        slug: "example-mail",
        home_page_url: "https://mail.example.com",
        status_page_url: "https://status.mail.example.com",
        landing_page_url: "https://statusgator.com/services/example-mail",
      },
      monitor: { id: "kX81bVn2Qd", type: "ServiceMonitor", display_name: "Example Mail" },
      board: { id: "B00n9WcT4e", name: "Suppliers" },
      status: "down",
      previous_status: "up",
      message: "Mail is not delivered",
      details: "We are looking into it.",
      component_status_changes: [{ group_name: null, name: "SMTP", last_status: "up", current_status: "down" }],
    },
  },
  // https://support.statusgator.com/support/solutions/articles/47001226973-integrating-statusgator-with-webhooks
  senderProfile: {
    timeoutSeconds: null,
    clientErrors: "retried",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "20 times in 24 days; five responses other than 200 disable the integration",
  },
  successStatus: 200,
  volatile: [],
  recognizes: ({ body }) =>
    (has(body, "monitor", "board", "recorded_at") && has(body, "type")) ||
    has(body, "service_name", "current_status", "last_status"),
  read({ body }) {
    const message = objectBody(body, "a StatusGator status change");
    const service = asObject(message.service);
    const monitor = asObject(message.monitor);
    const status = (firstText(message.status, message.current_status) ?? "").toLowerCase();
    const name = firstText(monitor.display_name, service.name, message.service_name);
    return singleEvent(
      newEvent({
        action: parseActionIn(status) ?? "trigger",
        alertKey: keyOf(firstText(monitor.id, service.id, message.slug)),
        title: firstText(message.message, message.summary, name) ?? "StatusGator monitor",
        description: asText(message.details),
        severity: SEVERITIES.get(status) ?? "MEDIUM",
        source: name,
        url: firstText(service.landing_page_url, service.status_page_url, message.status_page_url),
        occurredAt: asInstant(firstText(message.recorded_at, message.occurred_at)),
        metadata: {
          type: message.type,
          status,
          previousStatus: message.previous_status ?? message.last_status,
          monitorType: monitor.type,
          board: asObject(message.board).name,
          components: message.component_status_changes,
        },
      }),
    );
  },
};
