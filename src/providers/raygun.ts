import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { asInstant, asText, asUtcInstant, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { nameOf } from "./generic-fields.ts";
import { commentOn, newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** `error.status` values that do not change the state: an ignored error is neither resolved nor recurring. */
const IGNORED: ReadonlySet<string> = new Set(["Ignored", "PermanentlyIgnored"]);

/** Raygun's webhook: an error that was found or still occurs, or a person's action on it. https://raygun.com/documentation/product-guides/crash-reporting/integrations/webhooks/ */
export const raygun: Provider = {
  id: "raygun",
  name: "Raygun",
  docs: "https://raygun.com/documentation/product-guides/crash-reporting/integrations/webhooks/",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) =>
    /^error_(notification|activity)$/.test(asText(pick(body, "event")) ?? "") && has(body, "error"),
  read({ body }) {
    const message = objectBody(body, "a Raygun webhook");
    const error = objectBody(message.error, "an error", "/error");
    const action = message.event === "error_activity" ? activityOf(message, error) : "trigger";
    if (message.eventType === "CommentAdded") {
      return commentOn({
        alertKey: keyOf(error.url),
        note: nameOf(error.comment),
        author: nameOf(error.user),
        occurredAt: timeOf(asText(error.activityDate)),
        url: asText(error.url),
      });
    }
    if (!action) return noEvents("the activity does not change the state of the error");
    const application = asText(pick(message, "application", "name"));
    return singleEvent(
      newEvent({
        action,
        // Only the URL identifies an error.
        alertKey: keyOf(error.url),
        title: asText(error.message) ?? `Error in ${application ?? "an application"}`,
        description: asText(error.description),
        source: application,
        url: asText(error.url),
        occurredAt: timeOf(firstText(error.activityDate, error.lastOccurredOn)),
        author: nameOf(error.user),
        metadata: {
          eventType: message.eventType,
          status: error.status,
          users: error.usersAffected,
          occurrences: error.totalOccurrences,
          user: error.user,
          tags: pick(error, "instance", "tags"),
        },
      }),
    );
  },
};

function activityOf(message: JsonObject, error: JsonObject): Action | null {
  const status = asText(error.status) ?? "";
  if (message.eventType !== "StatusChanged" || IGNORED.has(status)) return null;
  return status === "Resolved" ? "resolve" : "trigger";
}

/** Times without a zone are UTC. */
const timeOf = (text: string | null): number | null => asInstant(text) ?? asUtcInstant(text);
