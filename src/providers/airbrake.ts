import { defineProvider } from "./form/define.ts";
import { errorTitle } from "./fields.ts";

/**
 * Airbrake's webhook: a new error, or an error that recurred after it was resolved, with its latest notice. Airbrake
 * sends nothing when an error ends.
 */
export const airbrake = defineProvider({
  id: "airbrake",
  name: "Airbrake",
  docs: "https://airbrake.io/docs/integrations/webhooks/",
  category: "errors",
  keywords: "error tracking exceptions crashes",
  setup: `1. In the Airbrake project, open **Settings → Integrations → Webhooks**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.
3. Airbrake sends nothing when an error ends. Consider the integration's \`autoResolveMinutes\`.`,
  sample: {
    body: {
      error: {
        id: 3746354602,
        error_message: "price is missing",
        error_class: "PriceError",
        file: "[PROJECT_ROOT]/app/models/cart.rb",
        line_number: 35,
        project: { id: 1180, name: "Shop" },
        last_notice: {
          id: 9007001,
          request_url: "https://shop.example.com/checkout",
          backtrace: ["[PROJECT_ROOT]/app/models/cart.rb:35:in `total'"],
        },
        environment: "production",
        first_occurred_at: "2026-09-21T14:13:20Z",
        last_occurred_at: "2026-09-21T14:13:20Z",
        times_occurred: 1,
      },
      airbrake_error_url: "https://acme.airbrake.example.com/projects/1180/groups/3746354602",
    },
  },
  body: "an error",
  events: "error",
  event: "an error",
  recognizedBy: ["airbrake_error_url", "error.error_class error.times_occurred"],
  alertKey: "id",
  title: [({ error_class, error_message }) => errorTitle(error_class, error_message), { text: "Airbrake error" }],
  description: ["last_notice.backtrace[0]", "file"],
  severity: { at: "severity" },
  source: ["project.name", "environment"],
  url: "$body.airbrake_error_url",
  occurredAt: "last_occurred_at",
  metadata: "environment file line=line_number requestUrl=last_notice.request_url occurrences=times_occurred severity",
});
