import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import type { CompatibilityApi } from "./compatibility-api.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, without } from "./fields.ts";
import { BodyError, newEvent, none, one, type Provider, type Reading } from "./provider.ts";

/** What follows an alert's identifier in the API, where it moves the alert on. */
const CALLS: ReadonlyMap<string, Action> = new Map([
  ["acknowledge", "acknowledge"],
  ["unacknowledge", "trigger"],
  ["close", "resolve"],
  ["delete", "resolve"],
]);

/** `action` of an outgoing webhook; the others (notes, tags, owners, escalations) are no turn of an alert's life. */
const ACTIONS: ReadonlyMap<string, Action> = new Map([...CALLS, ["create", "trigger"]]);

const ALERTS = /^\/(?:jsm\/ops\/integration\/)?v2\/alerts(?:\/(.+?)(?:\/([a-z]+))?)?\/?$/;

/** https://docs.opsgenie.com/docs/response: what was asked is done later, and has an id by which to ask for it. */
const compatibilityApi: CompatibilityApi = {
  handles: (path) => ALERTS.test(path),
  success: ({ deliveryId, tookMs }) => ({
    status: 202,
    headers: { "x-request-id": deliveryId, "x-response-time": String(tookMs / 1000), "x-ratelimit-state": "OK" },
    body: { result: "Request will be processed", took: tookMs / 1000, requestId: deliveryId },
  }),
  // 422 is how the API calls a body that it cannot use.
  rejection: ({ deliveryId, status, detail, errors }) => ({
    status: status === 400 ? 422 : status,
    headers: { "x-request-id": deliveryId },
    body: { message: detail, took: 0, requestId: deliveryId, ...(status === 400 && { errors }) },
  }),
};

/**
 * Opsgenie, both ways: its Alert API as inbound (create, acknowledge, close at `/v2/alerts`), and its outgoing webhook, which
 * Jira Service Management sends too. https://docs.opsgenie.com/docs/alert-api, https://docs.opsgenie.com/docs/webhook-integration
 */
export const opsgenie: Provider = {
  id: "opsgenie",
  name: "Opsgenie",
  docs: "https://docs.opsgenie.com/docs/alert-api",
  // `Authorization: GenieKey <key>` of the API, or any of the usual places.
  verification: { scheme: "token" },
  setup: `**For clients of Opsgenie's Alert API:**

1. Set the API URL to \`<INGEST_URL>\` (the client appends \`/v2/alerts\`).
2. Set the API key to \`<SECRET>\`; it is sent as \`Authorization: GenieKey …\`.

**For alerts that Opsgenie or Jira Service Management has already:**

1. Add an **Outgoing webhook** integration.
2. Webhook URL: \`<INGEST_URL>\`. Custom header: \`X-Tocsin-Token: <SECRET>\`.
3. Tick **Add alert description** and **Add alert details**, and let it send Create, Acknowledge, UnAcknowledge, Close and Delete.`,
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
    note: "the SDKs of the Alert API; of the outgoing webhook nothing is published",
  },
  volatile: [],
  givesKeys: true,
  compatibilityApi,
  recognises: ({ body, path }) =>
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
  return one(
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
  if (!action) return none("a request that is no turn of an alert's life");
  return one(
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
  if (!action) return none("an action that is no turn of an alert's life");
  return one(
    newEvent({
      action,
      alertKey: keyOf(alert.alias) ?? keyOf(alert.alertId),
      externalId: asText(alert.alertId),
      title: asText(alert.message) ?? "Opsgenie alert",
      description: asText(alert.description),
      // Told on creation alone: `P3`, or 3 in older versions.
      severity: asSeverity((asText(alert.priority) ?? "").replace(/^([1-5])$/, "P$1")),
      source: firstText(alert.entity, alert.source),
      // updatedAt counts in nanoseconds that are not always so: its first 13 digits are milliseconds.
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
