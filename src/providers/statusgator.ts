import { defineProvider } from "./form/define.ts";

// Version 2 has flat fields.
const STATUS = ["status", "current_status"];
const NAME = ["monitor.display_name", "service.name", "service_name"];

/** StatusGator's webhook: a status change of one monitor, or an early warning of it; also version 2, which has no monitor. */
export const statusgator = defineProvider({
  id: "statusgator",
  name: "StatusGator",
  docs: "https://support.statusgator.com/support/solutions/articles/47001278989-webhook-version-3-0",
  category: "incidents",
  keywords: "status page vendors outages third party",
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
  sender: {
    retries: ["4xx", "429", "5xx"],
    note: "20 times in 24 days; five responses other than 200 disable the integration",
  },
  successStatus: 200,
  body: "a StatusGator status change",
  recognizedBy: ["type monitor board recorded_at", "service_name current_status last_status"],
  // The status is both state and severity.
  action: [{ at: STATUS }, { when: "type=EarlyWarningSignal", is: "trigger" }],
  alertKey: ["monitor.id", "service.id", "slug"],
  title: ["message", "summary", ...NAME],
  description: "details",
  // Maintenance is planned, but the service may still be unavailable.
  severity: { at: STATUS, words: { HIGH: "down", MEDIUM: "warn", INFO: "up maintenance" }, strict: true },
  source: NAME,
  url: ["service.landing_page_url", "service.status_page_url", "status_page_url"],
  occurredAt: ["recorded_at", "occurred_at"],
  metadata: {
    type: "type",
    status: STATUS,
    previousStatus: ["previous_status", "last_status"],
    monitorType: "monitor.type",
    board: "board.name",
    components: "component_status_changes",
  },
});
