import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import type { CompatibilityApi } from "./compatibility-api.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, without } from "./fields.ts";
import { BodyError, newEvent, noEvents, singleEvent, type Provider, type Reading } from "./provider.ts";

/** Last path segment of the API calls that change the state of an alert. */
const CALLS: ReadonlyMap<string, Action> = new Map([
  ["acknowledge", "acknowledge"],
  ["unacknowledge", "trigger"],
  ["close", "resolve"],
  ["delete", "resolve"],
]);

/** `action` of an outgoing webhook; the others (notes, tags, owners, escalations) do not change the state. */
const ACTIONS: ReadonlyMap<string, Action> = new Map([...CALLS, ["create", "trigger"]]);

const ALERTS = /^\/(?:jsm\/ops\/integration\/)?v2\/alerts(?:\/(.+?)(?:\/([a-z]+))?)?\/?$/;

/** https://docs.opsgenie.com/docs/response: requests are processed asynchronously and have a request id. */
const compatibilityApi: CompatibilityApi = {
  matchesPath: (path) => ALERTS.test(path),
  success: ({ deliveryId, tookMs }) => ({
    status: 202,
    headers: { "x-request-id": deliveryId, "x-response-time": String(tookMs / 1000), "x-ratelimit-state": "OK" },
    body: { result: "Request will be processed", took: tookMs / 1000, requestId: deliveryId },
  }),
  // The API answers 422 for an invalid body.
  rejection: ({ deliveryId, status, detail, errors }) => ({
    status: status === 400 ? 422 : status,
    headers: { "x-request-id": deliveryId },
    body: { message: detail, took: 0, requestId: deliveryId, ...(status === 400 && { errors }) },
  }),
};

/**
 * Opsgenie's Alert API as a compatibility API (create, acknowledge, close at `/v2/alerts`), and its outgoing webhook, which
 * Jira Service Management sends too. https://docs.opsgenie.com/docs/alert-api, https://docs.opsgenie.com/docs/webhook-integration
 */
export const opsgenie: Provider = {
  id: "opsgenie",
  name: "Opsgenie",
  docs: "https://docs.opsgenie.com/docs/alert-api",
  // API clients send `Authorization: GenieKey <key>`.
  verification: { scheme: "token" },
  setup: `**For clients of Opsgenie's Alert API:**

1. Set the API URL to \`<INGEST_URL>\` (the client appends \`/v2/alerts\`).
2. Set the API key to \`<SECRET>\`; it is sent as \`Authorization: GenieKey …\`.

**For existing alerts in Opsgenie or Jira Service Management:**

1. Add an **Outgoing webhook** integration.
2. Webhook URL: \`<INGEST_URL>\`. Custom header: \`X-Tocsin-Token: <SECRET>\`.
3. Tick **Add alert description** and **Add alert details**, and enable Create, Acknowledge, UnAcknowledge, Close and Delete.`,
  sample: {
    path: "/v2/alerts",
    body: {
      message: "Disk almost full on db-1",
      alias: "db-1/disk",
      description: "Less than 5 % is free on /var.",
      tags: ["prod"],
      details: { region: "eu-1" },
      entity: "db-1",
      source: "monitoring.example.com",
      priority: "P2",
    },
  },
  senderProfile: {
    timeoutSeconds: null,
    clientErrors: "dropped",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "the SDKs of the Alert API; not published for the outgoing webhook",
  },
  volatile: [],
  usesDeliveryIdAsKey: true,
  compatibilityApi,
  recognizes: ({ body, path }) =>
    ALERTS.test(path) || (has(body, "action", "alert") && (has(body, "integrationId") || has(body, "integrationName"))),
  read({ body, path }) {
    const message = objectBody(body, "an Opsgenie object");
    const [, identifier, call] = ALERTS.exec(path) ?? [];
    if (identifier !== undefined) return readCall(message, identifier, call);
    return has(message, "alert") ? readWebhook(message) : readCreate(message);
  },
};

function readCreate(message: JsonObject): Reading {
  const title = asText(message.message);
  if (title === null) throw new BodyError("message can not be empty", "/message");
  return singleEvent(
    newEvent({
      action: "trigger",
      alertKey: keyOf(message.alias),
      title,
      description: asText(message.description),
      // The API's default is P3.
      severity: asSeverity(message.priority),
      source: firstText(message.entity, message.source),
      metadata: without(message, "message", "alias", "description"),
    }),
  );
}

function readCall(message: JsonObject, identifier: string, call: string | undefined): Reading {
  const action = CALLS.get(call ?? "");
  if (!action) return noEvents("the request does not change the state of an alert");
  return singleEvent(
    newEvent({
      action,
      alertKey: decode(identifier),
      title: `Opsgenie ${call}`,
      description: asText(message.note),
      source: asText(message.source),
      metadata: { user: message.user, note: message.note },
    }),
  );
}

function readWebhook(message: JsonObject): Reading {
  const alert = asObject(message.alert);
  const word = asText(message.action) ?? "";
  const action = ACTIONS.get(word.toLowerCase());
  if (!action) return noEvents("the action does not change the state of an alert");
  return singleEvent(
    newEvent({
      action,
      alertKey: keyOf(alert.alias) ?? keyOf(alert.alertId),
      externalId: asText(alert.alertId),
      title: asText(alert.message) ?? "Opsgenie alert",
      description: asText(alert.description),
      // Sent only on creation: `P3`, or 3 in older versions.
      severity: asSeverity((asText(alert.priority) ?? "").replace(/^([1-5])$/, "P$1")),
      source: firstText(alert.entity, alert.source),
      // updatedAt is in nanoseconds, sometimes with fewer digits. The first 13 digits are milliseconds.
      occurredAt: asInstant(word === "Create" ? alert.createdAt : (asText(alert.updatedAt)?.slice(0, 13) ?? null)),
      metadata: {
        action: word,
        priority: alert.priority,
        tags: alert.tags,
        details: alert.details,
        user: alert.username,
        tinyId: alert.tinyId,
        integrationName: message.integrationName,
      },
    }),
  );
}

function decode(identifier: string): string {
  try {
    return decodeURIComponent(identifier);
  } catch {
    return identifier;
  }
}
