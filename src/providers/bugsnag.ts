import type { JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { nameOf } from "./generic-fields.ts";
import { commentOn, newEvent, noEvents, singleEvent, type Provider, type Reading, UNPUBLISHED } from "./provider.ts";

/** `trigger.type` of webhooks that report no error. */
const NO_ALERTS: ReadonlySet<string> = new Set(["release", "projectSamplingStarted", "projectApproachingRateLimit"]);

/** `trigger.stateChange` when a person mutes an error without resolving it. */
const SILENCED: ReadonlySet<string> = new Set(["snoozed", "ignored"]);

/** BugSnag's webhook: an error, or a spike in a project. https://docs.bugsnag.com/product/integrations/data-forwarding/webhook/ */
export const bugsnag: Provider = {
  id: "bugsnag",
  name: "BugSnag",
  docs: "https://docs.bugsnag.com/product/integrations/data-forwarding/webhook/",
  verification: { scheme: "token" },
  setup: `1. In BugSnag, open **Settings → Data forwarding → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.
3. Choose new errors, reopened errors, frequency, spikes and status changes.`,
  sample: {
    body: {
      account: { id: "66b9ca7f17025f8756f69001", name: "Acme" },
      project: { id: "66b9ca7f17025f8756f69002", name: "Shop", url: "https://app.bugsnag.example.com/acme/shop" },
      trigger: { type: "firstException", message: "New error" },
      error: {
        id: "66b9ca7f17025f8756f69003",
        errorId: "66b9ca7f17025f8756f69004",
        exceptionClass: "PriceError",
        message: "price is missing",
        context: "carts#total",
        firstReceived: "2026-09-21T14:13:20.000Z",
        receivedAt: "2026-09-21T14:13:20.000Z",
        severity: "error",
        status: "open",
        url: "https://app.bugsnag.example.com/acme/shop/errors/66b9ca7f17025f8756f69004",
        app: { releaseStage: "production", version: "1.2.3" },
      },
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) =>
    has(body, "project") && (has(pick(body, "trigger"), "type") || has(pick(body, "trigger"), "stateChange")),
  read({ body }) {
    const message = objectBody(body, "a BugSnag webhook");
    const trigger = objectBody(message.trigger, "a trigger", "/trigger");
    const type = asText(trigger.type) ?? "";
    if (type === "projectSpiking") return readSpike(message);
    // The change decides, however the type is spelt.
    const change =
      firstText(trigger.stateChange, message.stateChange) ??
      (/state.*change/i.test(type) ? (asText(pick(message, "error", "status")) ?? "") : null);
    if (type === "comment") return readComment(message);
    if (NO_ALERTS.has(type)) return noEvents("not an alert: a release or a rate limit of the project");
    if (change !== null && SILENCED.has(change)) return noEvents("the error was silenced, not resolved");
    const error = asObject(message.error);
    return singleEvent(
      newEvent({
        action: parseAction(change ?? "") === "resolve" ? "resolve" : "trigger",
        // `id` identifies the event and is new each time.
        alertKey: keyOf(error.errorId),
        externalId: firstText(error.errorId, error.id),
        title: [asText(error.exceptionClass), asText(error.message)].filter(Boolean).join(": ") || "BugSnag error",
        description: firstText(trigger.message, error.context),
        severity: asSeverity(error.severity),
        source: asText(pick(message, "project", "name")),
        url: asText(error.url),
        // A change by a person has no date: `receivedAt` is that of the last event.
        occurredAt: change === null ? asInstant(error.receivedAt) : null,
        author: nameOf(message.user),
        metadata: {
          trigger: type,
          context: error.context,
          severity: error.severity,
          status: error.status,
          change,
          releaseStage: firstText(pick(error, "app", "releaseStage"), error.releaseStage),
          version: firstText(pick(error, "app", "version"), error.appVersion),
        },
      }),
    );
  },
};

const readComment = (message: JsonObject): Reading =>
  commentOn({
    alertKey: keyOf(pick(message, "error", "errorId")),
    note: asText(pick(message, "comment", "message")),
    author: nameOf(pick(message, "comment", "author") ?? message.user),
    url: asText(pick(message, "error", "url")),
  });

const readSpike = (message: JsonObject): Reading =>
  singleEvent(
    newEvent({
      action: "trigger",
      alertKey: keyOf(pick(message, "project", "id"), "projectSpiking"),
      title: asText(pick(message, "trigger", "message")) ?? "Spike in errors",
      source: asText(pick(message, "project", "name")),
      url: asText(pick(message, "project", "url")),
      metadata: { trigger: pick(message, "trigger", "type"), rate: pick(message, "trigger", "rate") },
    }),
  );
