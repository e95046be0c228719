import { defineProvider } from "./form/define.ts";
import { errorTitle } from "./fields.ts";

/** Errbit's webhook: a problem that occurred, as JSON in the form field `problem`. Errbit sends nothing when a problem ends. */
export const errbit = defineProvider({
  id: "errbit",
  name: "Errbit",
  docs: "https://github.com/errbit/errbit/blob/main/app/models/notification_services/webhook_service.rb",
  category: "errors",
  keywords: "error tracking exceptions crashes self-hosted airbrake",
  setup: `1. In Errbit, edit the app and choose **Notification services → WebHook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.
3. Errbit sends nothing when a problem ends. Consider the integration's \`autoResolveMinutes\`.`,
  sample: {
    body: {
      problem: {
        _id: "6500b2aa1a603f3916f4f0e3",
        url: "https://errbit.example.com/apps/6500a1ff1a603f3916f4f0de/problems/6500b2aa1a603f3916f4f0e3",
        app_id: "6500a1ff1a603f3916f4f0de",
        app_name: "Shop",
        environment: "production",
        error_class: "PriceError",
        message: "price is missing",
        where: "carts#total",
        notices_count: 1,
        first_notice_at: "2026-09-21T14:13:20.000Z",
        last_notice_at: "2026-09-21T14:13:20.000Z",
        resolved: false,
        resolved_at: null,
      },
    },
  },
  // Errbit posts once and ignores the response.
  sender: { retries: [] },
  formats: ["form"],
  body: "a problem",
  // The form holds JSON text. A relay may send the object instead.
  unwrap: "problem",
  recognizedBy: ["_id app_name"],
  requires: [{ when: (_, { original, input }) => original !== input.body, what: "a problem" }],
  action: { at: "resolved", words: { resolve: "true" }, strict: true },
  // MongoDB's extended JSON writes ids as objects.
  alertKey: ["_id", "_id.$oid"],
  title: [({ error_class, message }) => errorTitle(error_class, message), { text: "Errbit problem" }],
  description: "where",
  source: "app_name",
  url: "url",
  occurredAt: [
    { at: "resolved_at", on: "resolve" },
    { at: "last_notice_at", on: "trigger" },
  ],
  metadata: "environment where notices=notices_count hosts",
});
