import { defineProvider } from "./form/define.ts";
import type { AlertEvent } from "../alerts/event.ts";
import type { Action, Severity } from "../alerts/model.ts";
import { parseSeverity } from "../alerts/severity.ts";
import type { JsonObject } from "../lib/json.ts";
import type { CompatibilityApi } from "./compatibility-api.ts";
import { asInstant, asList, asObject, asText, firstText, keyOf, objectBody, without } from "./fields.ts";
import { agentApi, netdata } from "./netdata.ts";
import { BodyError, newEvent, noEvents, type ProviderInput, type Reading, singleEvent } from "./provider.ts";

/** Last path segment of the API calls that change an alert. */
const CALLS: ReadonlyMap<string, Action> = new Map([
  ["acknowledge", "acknowledge"],
  ["unacknowledge", "trigger"],
  ["close", "resolve"],
  ["delete", "resolve"],
  ["snooze", "snooze"],
]);

const ALERTS = /^\/(?:jsm\/ops\/integration\/)?v2\/alerts(?:\/(.+?)(?:\/([a-z]+))?)?\/?$/;
const REQUESTS = /^\/(?:jsm\/ops\/integration\/)?v2\/alerts\/requests\/([\w-]+)\/?$/;

/** https://docs.opsgenie.com/docs/response: requests are processed asynchronously and have a request id. */
const compatibilityApi: CompatibilityApi = {
  matchesPath: (path) => ALERTS.test(path) || agentApi.matchesPath(path),
  success(success) {
    const { deliveryId, path, tookMs } = success;
    if (agentApi.matchesPath(path)) return agentApi.success(success);
    return {
      status: 202,
      headers: headersOf(deliveryId, tookMs),
      body: { result: "Request will be processed", took: tookMs / 1000, requestId: deliveryId },
    };
  },
  // The API answers 422 for an invalid body.
  rejection: ({ deliveryId, status, detail, errors }) => ({
    status: status === 400 ? 422 : status,
    headers: { "x-request-id": deliveryId },
    body: { message: detail, took: 0, requestId: deliveryId, ...(status === 400 && { errors }) },
  }),
  requestedDelivery: (path) => REQUESTS.exec(path)?.[1] ?? null,
  // https://docs.opsgenie.com/docs/alert-api#get-request-status
  requestStatus: (requestId, stored) => ({
    status: stored ? 200 : 404,
    headers: headersOf(requestId, 0),
    body: stored
      ? {
          data: {
            success: stored.isSuccess,
            action: "Create",
            processedAt: stored.processedAt.toISOString(),
            integrationId: "",
            isSuccess: stored.isSuccess,
            status: stored.status,
            // The alert key is valid with every `identifierType`.
            alertId: stored.alertKey ?? "",
            alias: stored.alertKey ?? "",
          },
          took: 0,
          requestId,
        }
      : { message: "Request not found. It might not be processed, yet.", took: 0, requestId },
  }),
};

const headersOf = (requestId: string, tookMs: number) => ({
  "x-request-id": requestId,
  "x-response-time": String(tookMs / 1000),
  "x-ratelimit-state": "OK",
});

const IS_CREATED = { at: "$body.action", startsWith: "create" };

/**
 * Opsgenie's Alert API as a compatibility API (create, acknowledge, close at `/v2/alerts`), and its outgoing webhook, which
 * Jira Service Management sends too. https://docs.opsgenie.com/docs/alert-api, https://docs.opsgenie.com/docs/webhook-integration
 */
export const opsgenie = defineProvider({
  id: "opsgenie",
  name: "Opsgenie",
  docs: "https://docs.opsgenie.com/docs/alert-api",
  category: "incidents",
  keywords: "on call on-call paging atlassian",
  // API clients send `Authorization: GenieKey <key>`.
  setup: `**For clients of Opsgenie's Alert API:**

1. Set the API URL to \`<INGEST_URL>\` (the client appends \`/v2/alerts\`).
2. Set the API key to \`<SECRET>\`; it is sent as \`Authorization: GenieKey …\`.

Create, acknowledge, unacknowledge, close, delete, snooze and add note are read. Other changes of an alert are accepted without effect.
\`GET <INGEST_URL>/v2/alerts/requests/{requestId}\` returns the result of a request; its \`alertId\` is valid in every call.

Example for Prometheus Alertmanager:

\`\`\`yaml
receivers:
  - name: tocsin
    opsgenie_configs:
      - api_url: <INGEST_URL>/
        api_key: <SECRET>
\`\`\`

**For existing alerts in Opsgenie or Jira Service Management:**

1. Add an **Outgoing webhook** integration.
2. Webhook URL: \`<INGEST_URL>\`. Custom header: \`X-Tocsin-Token: <SECRET>\`.
3. Tick **Add alert description** and **Add alert details**, and enable Create, Acknowledge, UnAcknowledge, Close, Delete and AddNote.`,
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
  sender: {
    retries: ["429", "5xx"],
    note: "the SDKs of the Alert API; not published for the outgoing webhook",
  },
  usesDeliveryIdAsKey: true,
  compatibilityApi,
  body: "an Opsgenie object",
  recognizedBy: [
    (_, { input: { path } }) => ALERTS.test(path) || agentApi.matchesPath(path),
    { all: ["action alert", { any: ["integrationId", "integrationName", "alert.tinyId", "alert.alias"] }] },
  ],
  kinds: [
    // The Opsgenie sender of a Netdata Agent.
    { when: (_, { input: { path } }) => agentApi.matchesPath(path), read: (input) => netdata.read(input) },
    { when: (_, { input: { path } }) => ALERTS.exec(path)?.[1] !== undefined, read: readCall },
    { when: { not: "alert" }, read: readCreate },
  ],
  // The outgoing webhook.
  events: "alert",
  event: "an alert",
  action: [
    {
      at: "$body.action",
      // Programs that forward the webhook write `created`, `closed` …
      words: {
        trigger: "create created unacknowledge unacknowledged",
        acknowledge: "acknowledge acknowledged",
        resolve: "close closed delete deleted",
        note: "addnote",
      },
      strict: true,
    },
    // Tags, owners, escalations …
    { noAlert: "the action does not change the state of an alert" },
  ],
  alertKey: ["alias", "alertId"],
  externalId: "alertId",
  title: "message",
  description: "description",
  severity: readSeverity,
  source: (alert) => readSource(alert).source,
  url: (alert) => readSource(alert).url,
  occurredAt: [
    { at: "createdAt", when: IS_CREATED },
    // In nanoseconds, sometimes with fewer digits. The first 13 digits are milliseconds.
    { at: ({ updatedAt }: JsonObject) => asText(updatedAt)?.slice(0, 13), when: { not: IS_CREATED } },
  ],
  endsAcknowledgement: { at: "$body.action", is: "unacknowledge unacknowledged" },
  note: "note",
  author: "username",
  metadata: "$body.action priority tags details tinyId $body.integrationName",
});

function readCreate({ body }: ProviderInput): Reading {
  const message = objectBody(body, "an Opsgenie object");
  const title = asText(message.message);
  if (title === null) throw new BodyError("message can not be empty", "/message");
  return singleEvent(
    newEvent({
      action: "trigger",
      alertKey: keyOf(message.alias),
      title,
      description: asText(message.description),
      severity: readSeverity(message),
      ...readSource(message),
      metadata: without(message, "message", "alias", "description"),
    }),
  );
}

function readCall({ body, path }: ProviderInput): Reading {
  const message = objectBody(body, "an Opsgenie object");
  const [, identifier = "", call] = ALERTS.exec(path) ?? [];
  const note = asText(message.note);
  const action = CALLS.get(call ?? "") ?? (note === null ? null : "note");
  if (!action) return noEvents("the request does not change the state of an alert");
  const snoozedUntil = action === "snooze" ? asInstant(message.endTime) : null;
  if (action === "snooze" && snoozedUntil === null) {
    throw new BodyError("endTime must be a date-time in ISO 8601, such as 2026-10-01T12:00:00Z", "/endTime");
  }
  return singleEvent(
    newEvent({
      action,
      alertKey: decode(identifier),
      // The end of an acknowledgement may open an alert, about which it says nothing else.
      title: call === "unacknowledge" ? `Unacknowledged: ${decode(identifier)}` : `Opsgenie ${call ?? action}`,
      ...readSource(message),
      endsAcknowledgement: call === "unacknowledge",
      snoozedUntil,
      note,
      author: asText(message.user),
    }),
  );
}

/** A source that is a URL is the link. Alertmanager sends its own page that way. */
function readSource({ entity, source }: JsonObject): Pick<AlertEvent, "source" | "url"> {
  const text = asText(source);
  const isUrl = /^https?:\/\//i.test(text ?? "");
  return { source: firstText(entity, isUrl ? null : text), url: isUrl ? text : null };
}

/** Tags that are a severity, alone (`critical`, `P1`) or with a name (`severity:critical`). */
const SEVERITY_TAG =
  /^(?:(?:severity|priority|level)[:=]\s*(.+)|(critical|high|medium|low|info|warning|error|p[1-5]))$/i;

/** The priority (`P3`, or 3 in old versions); without it, the details and tags of tools that know only severities. */
function readSeverity(alert: JsonObject): Severity {
  const details = asObject(alert.details);
  const tags = asList(alert.tags).map((tag) => SEVERITY_TAG.exec(asText(tag) ?? ""));
  const words = [
    asText(alert.priority)?.replace(/^([1-5])$/, "P$1"),
    asText(details.severity),
    asText(details.priority),
    ...tags.map((tag) => tag?.[1] ?? tag?.[2]),
  ];
  // The API's default is P3.
  return words.map((word) => parseSeverity(word ?? "")).find((severity) => severity !== null) ?? "MEDIUM";
}

function decode(identifier: string): string {
  try {
    return decodeURIComponent(identifier);
  } catch {
    return identifier;
  }
}
