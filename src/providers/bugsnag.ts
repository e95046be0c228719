import type { Action } from "../alerts/model.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, none, one, type Provider, type Reading, UNPUBLISHED } from "./provider.ts";

/** `trigger.type` of what happens to an error by itself; comments, releases and the like are no alerts. */
const TYPES: ReadonlySet<string> = new Set([
  "firstException",
  "exception",
  "powerTen",
  "errorEventFrequency",
  "reopened",
]);

/** `trigger.stateChange` of what a person does; who snoozes or ignores an error does not end it. */
const STATE_CHANGES: ReadonlyMap<string, Action> = new Map([
  ["fixed", "resolve"],
  ["reopened", "trigger"],
  ["unignored", "trigger"],
  ["snoozeCancelled", "trigger"],
]);

/** BugSnag's webhook: an error, or a spike of its project. https://docs.bugsnag.com/product/integrations/data-forwarding/webhook/ */
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
  sender: UNPUBLISHED,
  volatile: [],
  recognises: ({ body }) => has(body, "account", "project") && has(pick(body, "trigger"), "type"),
  read({ body }) {
    const message = objectBody(body, "a BugSnag webhook");
    const trigger = objectBody(message.trigger, "a trigger", "/trigger");
    const type = asText(trigger.type) ?? "";
    if (type === "projectSpiking") return readSpike(message);
    const action =
      type === "errorStateManualChange"
        ? STATE_CHANGES.get(asText(trigger.stateChange) ?? "")
        : TYPES.has(type) && "trigger";
    if (!action) return none("an event that is no turn of an error's life");
    const error = asObject(message.error);
    return one(
      newEvent({
        action,
        alertKey: keyOf(firstText(error.errorId, error.id)),
        title: [asText(error.exceptionClass), asText(error.message)].filter(Boolean).join(": ") || "BugSnag error",
        description: firstText(trigger.message, error.context),
        severity: asSeverity(error.severity),
        source: asText(pick(message, "project", "name")),
        url: asText(error.url),
        // What a person does comes some time after the last event, whose time says nothing of it.
        occurredAt:
          type === "errorStateManualChange" ? null : asInstant(firstText(error.receivedAt, error.firstReceived)),
        metadata: {
          trigger: type,
          context: error.context,
          severity: error.severity,
          status: error.status,
          releaseStage: pick(error, "app", "releaseStage"),
          version: pick(error, "app", "version"),
        },
      }),
    );
  },
};

const readSpike = (message: Record<string, unknown>): Reading =>
  one(
    newEvent({
      action: "trigger",
      alertKey: keyOf(pick(message, "project", "id"), "projectSpiking"),
      externalId: asText(pick(message, "project", "id")),
      title: asText(pick(message, "trigger", "message")) ?? "Spike in errors",
      severity: "HIGH",
      source: asText(pick(message, "project", "name")),
      url: asText(pick(message, "project", "url")),
      metadata: { trigger: message.trigger },
    }),
  );
