import type { JsonObject } from "../lib/json.ts";
import { asInstant, asSeverity, asText, firstText, has, hasAny, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/**
 * Airbrake's webhook: a new error, or an error that recurred after it was resolved, with its latest notice. Airbrake
 * sends nothing when an error ends. https://airbrake.io/docs/integrations/webhooks/
 */
export const airbrake: Provider = {
  id: "airbrake",
  name: "Airbrake",
  docs: "https://airbrake.io/docs/integrations/webhooks/",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) =>
    hasAny(body, "airbrake_error_url") || has(pick(body, "error"), "error_class", "times_occurred"),
  read({ body }) {
    const error: JsonObject = objectBody(pick(body, "error"), "an error", "/error");
    return singleEvent(
      newEvent({
        action: "trigger",
        alertKey: keyOf(error.id),
        title: titleOf(asText(error.error_class), asText(error.error_message)),
        description: firstText(pick(error, "last_notice", "backtrace", 0), error.file),
        severity: asSeverity(error.severity),
        source: firstText(pick(error, "project", "name"), error.environment),
        url: asText(pick(body, "airbrake_error_url")),
        occurredAt: asInstant(error.last_occurred_at),
        metadata: {
          environment: error.environment,
          file: error.file,
          line: error.line_number,
          requestUrl: pick(error, "last_notice", "request_url"),
          occurrences: error.times_occurred,
          severity: error.severity,
        },
      }),
    );
  },
};

/** The message often begins with the class. */
function titleOf(name: string | null, text: string | null): string {
  if (name === null || text?.startsWith(name)) return text ?? "Airbrake error";
  return text === null ? name : `${name}: ${text}`;
}
