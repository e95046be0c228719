import type { AlertEvent } from "../alerts/event.ts";
import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { asInstant, asList, asObject, asSeverity, asText, firstText, has, objectBody, pick } from "./fields.ts";
import { nameOf } from "./generic-fields.ts";
import { BodyError, commentOn, newEvent, noEvents, singleEvent, type Provider, type Reading } from "./provider.ts";

/** `action` of an issue webhook; the others (assigned, archived …) do not change the state. */
const ISSUE_ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    created: "trigger",
    unresolved: "trigger",
    resolved: "resolve",
  }),
);

/**
 * Sentry's integration platform webhooks (issues, issue alerts, errors, metric alerts), and the flat body of its legacy
 * WebHooks plugin. https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
 */
export const sentry: Provider = {
  id: "sentry",
  name: "Sentry",
  docs: "https://docs.sentry.io/organization/integrations/integration-platform/webhooks/",
  verification: {
    scheme: "hmac",
    header: "sentry-hook-signature",
    algorithm: "sha256",
    encoding: "hex",
    prefix: "",
    toleranceSeconds: 300,
    content: "{body}",
  },
  setup: `1. In Sentry, open **Settings → Custom Integrations → Create New Integration → Internal Integration**.
2. Webhook URL: \`<INGEST_URL>\`. Switch **Alert Rule Action** on, and tick **issue** under Webhooks.
3. Save, and copy the **Client Secret**. Sentry signs with it: set it as the \`secret\` of this Tocsin integration.
4. Add the integration as an action to your alert rules.`,
  sample: {
    headers: { "sentry-hook-resource": "event_alert", "request-id": "4c1b8e0e4ef24c0f8d5d5f3cf3a0f001" },
    body: {
      action: "triggered",
      data: {
        event: {
          event_id: "e4874d664c3540c1a32eab185f12c5ab",
          issue_id: "1117540176",
          issue_url: "https://sentry.io/api/0/issues/1117540176/",
          web_url: "https://sentry.io/organizations/acme/issues/1117540176/events/e4874d664c3540c1a32eab185f12c5ab/",
          title: "TypeError: price is undefined",
          culprit: "checkout in total",
          level: "error",
          platform: "javascript",
          project: 1,
          environment: "production",
          datetime: "2026-09-21T14:13:20.000000Z",
        },
        triggered_rule: "Checkout errors",
      },
      installation: { uuid: "a8e5d37a-696c-4c54-adb5-b3f28d64c7de" },
      actor: { type: "application", id: "sentry", name: "Sentry" },
    },
  },
  // Sentry's changelog of 2023-10-03: timeout 1 s; 1000 timeouts a day disable the webhook.
  senderProfile: {
    timeoutSeconds: 1,
    clientErrors: "not published",
    tooManyRequests: "not published",
    serverErrors: "not published",
  },
  volatile: [],
  // Sentry's only delivery id. It is not set by a proxy.
  idempotencyKey: ({ headers }) => headers.get("request-id"),
  hasUniqueBody: true,
  recognizes: ({ headers, body }) =>
    headers.has("sentry-hook-resource") ||
    (has(body, "action", "data") && has(body, "installation")) ||
    has(body, "culprit", "level", "event") ||
    has(body, "culprit", "project_slug"),
  read({ body }) {
    const message = objectBody(body, "a Sentry webhook");
    const data = asObject(message.data);
    const action = asText(message.action) ?? "";
    if (has(data, "metric_alert")) return readMetricAlert(data, action);
    if (has(data, "event")) return readEvent(asObject(data.event));
    if (has(data, "error")) return readEvent(asObject(data.error));
    if (has(data, "issue")) return readIssue(asObject(data.issue), action, nameOf(message.actor));
    if (has(data, "comment", "issue_id") && action !== "deleted") {
      return commentOn({
        alertKey: asText(data.issue_id),
        note: asText(data.comment),
        author: nameOf(message.actor),
        occurredAt: asInstant(data.timestamp),
      });
    }
    if (has(message, "culprit") || has(message, "event")) return readLegacy(message);
    if (has(message, "action", "data")) return noEvents(`Sentry's "${action}" is not an alert`);
    throw new BodyError("expected data with an issue, event, error or metric_alert", "/data");
  },
};

function readIssue(issue: JsonObject, action: string, author: string | null): Reading {
  const change = ISSUE_ACTIONS.get(action);
  if (!change) return noEvents(`the issue was ${action}: its state did not change`);
  return singleEvent(
    issueEvent(issue, {
      action: change,
      alertKey: asText(issue.id),
      title: firstText(issue.title) ?? "Sentry issue",
      url: firstText(issue.web_url, issue.permalink),
      source: firstText(pick(issue, "project", "slug"), pick(issue, "project", "name")),
      occurredAt: asInstant(change === "trigger" ? firstText(issue.lastSeen, issue.firstSeen) : null),
      author,
    }),
  );
}

function readEvent(event: JsonObject): Reading {
  return singleEvent(
    issueEvent(event, {
      action: "trigger",
      // Older bodies have the id of the issue only in its URL.
      alertKey: firstText(event.issue_id, /\/issues\/(\d+)/.exec(asText(event.issue_url) ?? "")?.[1]),
      title: firstText(event.title, pick(event, "metadata", "title"), event.message) ?? "Sentry event",
      url: firstText(event.web_url, event.url),
      source: firstText(
        event.server_name,
        tagOf(event, "server_name"),
        event.project_name,
        projectOf(event),
        event.project,
      ),
      occurredAt: asInstant(event.datetime) ?? asInstant(event.timestamp),
    }),
  );
}

/** Tags are pairs of name and value. */
const tagOf = (event: JsonObject, name: string): unknown =>
  pick(
    asList(event.tags).find((tag) => pick(tag, 0) === name),
    1,
  );

/** The name of the project; `project` itself is a numeric id. */
const projectOf = (event: JsonObject): string | undefined =>
  /\/projects\/[^/]+\/([^/]+)\//.exec(asText(event.url) ?? "")?.[1];

function readMetricAlert(data: JsonObject, action: string): Reading {
  const alert = asObject(data.metric_alert);
  const rule = asObject(alert.alert_rule);
  return singleEvent(
    newEvent({
      action: action === "resolved" ? "resolve" : "trigger",
      alertKey: asText(alert.id),
      title: firstText(data.description_title, alert.title, rule.name) ?? "Sentry metric alert",
      description: asText(data.description_text),
      // The action is the severity. A resolve has no severity.
      severity: action === "resolved" ? "INFO" : asSeverity(action),
      source: firstText(...(Array.isArray(alert.projects) ? (alert.projects as unknown[]) : [])),
      url: asText(data.web_url),
      occurredAt: asInstant(action === "resolved" ? alert.date_closed : (alert.date_detected ?? alert.date_started)),
      startedAt: action === "resolved" ? (asInstant(alert.date_detected) ?? asInstant(alert.date_started)) : null,
      metadata: { rule: rule.name, ruleId: rule.id, aggregate: rule.aggregate, query: rule.query, action },
    }),
  );
}

function readLegacy(message: JsonObject): Reading {
  const event = asObject(message.event);
  return singleEvent(
    issueEvent(message, {
      action: "trigger",
      alertKey: asText(message.id),
      title: firstText(message.message, event.title) ?? "Sentry event",
      url: asText(message.url),
      source: firstText(message.project_slug, message.project_name, message.project),
      occurredAt: asInstant(event.timestamp ?? event.received),
    }),
  );
}

function issueEvent(of: JsonObject, fields: Partial<AlertEvent> & Pick<AlertEvent, "action" | "title">): AlertEvent {
  return newEvent({
    description: asText(of.culprit),
    severity: asSeverity(of.level),
    ...fields,
    metadata: {
      level: of.level,
      platform: of.platform,
      project: of.project,
      environment: of.environment,
      release: of.release,
      tags: of.tags,
      shortId: of.shortId,
      eventId: of.event_id,
    },
  });
}
