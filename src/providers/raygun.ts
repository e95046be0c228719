import { defineProvider } from "./form/define.ts";
import { nameOf } from "./generic-fields.ts";

/** Raygun's webhook: an error that was found or still occurs, or a person's action on it. */
export const raygun = defineProvider({
  id: "raygun",
  name: "Raygun",
  docs: "https://raygun.com/documentation/product-guides/crash-reporting/integrations/webhooks/",
  category: "errors",
  keywords: "error tracking exceptions crashes",
  setup: `1. In Raygun, open the application, choose **Integrations** in the menu on the left, and press **Webhook**.
2. Endpoint: \`<INGEST_URL>?token=<SECRET>\`. Tick new errors, reoccurrences, follow-ups and status changes.
3. An error ends only when a person marks it as resolved. Consider the integration's \`autoResolveMinutes\`.`,
  sample: {
    body: {
      event: "error_notification",
      eventType: "NewErrorOccurred",
      error: {
        url: "https://app.raygun.example.com/crashreporting/2k1abc/errors/3029112",
        message: "TypeError: price is undefined",
        firstOccurredOn: "2026-09-21T14:13:20Z",
        lastOccurredOn: "2026-09-21T14:13:20Z",
        usersAffected: 1,
        totalOccurrences: 1,
      },
      application: { name: "Shop", url: "https://app.raygun.example.com/crashreporting/2k1abc" },
    },
  },
  body: "a Raygun webhook",
  events: "error",
  event: "an error",
  recognizedBy: [{ all: ["error", { at: "event", is: "error_notification error_activity" }] }],
  kinds: [{ when: "eventType=CommentAdded", noAlert: [], action: "note", note: ({ comment }) => nameOf(comment) }],
  noAlert: [
    {
      // An ignored error is neither resolved nor recurring.
      when: {
        all: [
          "$body.event=error_activity",
          { any: [{ not: "$body.eventType=StatusChanged" }, { at: "status", is: "Ignored PermanentlyIgnored" }] },
        ],
      },
      why: "the activity does not change the state of the error",
    },
  ],
  action: { when: "$body.event=error_activity status=Resolved", is: "resolve" },
  // Only the URL identifies an error.
  alertKey: "url",
  title: ["message", { text: "Error in {$body.application.name}" }, { text: "Error in an application" }],
  description: "description",
  source: "$body.application.name",
  url: "url",
  // Times without a zone are UTC.
  occurredAt: { at: ["activityDate", "lastOccurredOn"], format: "utc" },
  author: "user",
  metadata: "$body.eventType status users=usersAffected occurrences=totalOccurrences user instance.tags",
});
